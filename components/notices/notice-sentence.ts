import type { NoticeView } from "@/lib/notices/schema";

/** What a notice says, and the page where one can do something about it. */
export function noticeSentence(notice: NoticeView): { text: string; detail?: string; href: string } {
  const { about } = notice;
  switch (notice.kind) {
    case "share-offered":
      return { text: `${about.name} wants to share ${quoted(notice.about)} with you`, href: received(notice.about) };
    case "share-accepted":
      return { text: `${about.name} accepted ${quoted(notice.about)}`, href: sent(notice.about) };
    case "share-declined":
      return { text: `${about.name} declined ${quoted(notice.about)}`, href: sent(notice.about) };
    case "share-left":
      return { text: `${about.name} left ${quoted(notice.about)}`, href: sent(notice.about) };
    case "share-revoked":
      return { text: `${about.name} no longer shares ${quoted(notice.about)} with you`, href: received(notice.about) };
    case "share-changed":
      return {
        text: `${about.name} changed what you can do with ${quoted(notice.about)}`,
        href: received(notice.about),
      };
    case "share-expired":
      return { text: `${quoted(notice.about)} from ${about.name} has expired`, href: received(notice.about) };
    case "share-failed":
      return {
        text: `${quoted(notice.about)} could not be shared with ${about.name}`,
        detail: notice.about.reason,
        href: sent(notice.about),
      };
    case "share-untold":
      return untold(notice.about);
    case "invite-used":
      return { text: `${about.name} accepted your invite`, href: "/contacts" };
    case "contact-removed":
      return {
        text: `${about.name} removed you as a contact. What you shared with each other has ended.`,
        href: "/contacts",
      };
    case "second-factor-reset":
      return {
        text: `${about.name} took your second factor away, so that you can sign in again`,
        detail: "Your password alone is enough now. Set up a second factor again in the settings.",
        href: "/settings#second-factor",
      };
  }
}

type Untold = Extract<NoticeView, { kind: "share-untold" }>["about"];

/** What did not reach the other cloud, and that it holds all the same. */
function untold(about: Untold): { text: string; detail: string; href: string } {
  const { name, what, reason } = about;
  const told = `${name} could not be told`;
  switch (what) {
    case "changed":
      return {
        text: `${told} what you changed for ${quoted(about)}`,
        detail: `Your change holds all the same. ${reason}`,
        href: sent(about),
      };
    case "ended":
      return {
        text: `${told} that you stopped sharing ${quoted(about)}`,
        detail: `It is stopped all the same. ${reason}`,
        href: sent(about),
      };
    default:
      return { text: `${told} that you ${what} ${quoted(about)}`, detail: reason, href: received(about) };
  }
}

type Shared = { shareId: string; resource: string };

const quoted = ({ resource }: Shared) => (resource ? `“${resource}”` : "something you deleted");
/** The lists set off the row of this share. */
const received = ({ shareId }: Shared) => `/shared-with-me?share=${shareId}`;
const sent = ({ shareId }: Shared) => `/shared-by-me?share=${shareId}`;
