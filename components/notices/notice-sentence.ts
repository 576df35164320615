import type { NoticeView } from "@/lib/notices/schema";

/** What a notice says, and the page where one can do something about it. */
export function noticeSentence(notice: NoticeView): { text: string; detail?: string; href: string } {
  const { about } = notice;
  switch (notice.kind) {
    case "share-offered":
      return { text: `${about.name} wants to share “${notice.about.resource}” with you`, href: "/shared-with-me" };
    case "share-accepted":
      return { text: `${about.name} accepted “${notice.about.resource}”`, href: "/shared-by-me" };
    case "share-declined":
      return { text: `${about.name} declined “${notice.about.resource}”`, href: "/shared-by-me" };
    case "share-left":
      return { text: `${about.name} left “${notice.about.resource}”`, href: "/shared-by-me" };
    case "share-revoked":
      return { text: `${about.name} no longer shares “${notice.about.resource}” with you`, href: "/shared-with-me" };
    case "share-changed":
      return { text: `${about.name} changed what you can do with “${notice.about.resource}”`, href: "/shared-with-me" };
    case "share-expired":
      return { text: `“${notice.about.resource}” from ${about.name} has expired`, href: "/shared-with-me" };
    case "share-failed":
      return {
        text: `“${notice.about.resource}” could not be shared with ${about.name}`,
        detail: notice.about.reason,
        href: "/shared-by-me",
      };
    case "invite-used":
      return { text: `${about.name} accepted your invite`, href: "/contacts" };
    case "contact-removed":
      return {
        text: `${about.name} removed you as a contact. What you shared with each other has ended.`,
        href: "/contacts",
      };
  }
}
