import type { NoticeView } from "@/lib/notices/schema";

/** What a notice says, and the page where one can do something about it. */
export function noticeSentence(notice: NoticeView): { text: string; detail?: string; href: string } {
  const { about } = notice;
  switch (notice.kind) {
    case "share-offered":
      return { text: `${about.name} wants to share ${quoted(notice.about)} with you`, href: received(notice.about) };
    case "share-arrived":
      return {
        text: `${about.name} shared ${quoted(notice.about)} with you`,
        detail: "It is in your files already, because you accept what they share without being asked.",
        href: received(notice.about),
      };
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
    case "share-requested":
      return {
        text: notice.about.wantsToEdit
          ? `${about.name} would like to change ${quoted(notice.about)}`
          : `${about.name} asks you for ${quoted(notice.about)}`,
        href: "/shared-by-me",
      };
    case "share-reshared":
      return {
        text: `${about.name} shared your ${quoted(notice.about)} with ${notice.about.whom}`,
        detail: "You can stop that where you see who has access.",
        href: sent(notice.about),
      };
    case "reshare-cut":
      return {
        text: `${about.name} stopped sharing ${quoted(notice.about)} with ${notice.about.whom}`,
        detail: "You had shared it on with them. What you have of it yourself stays.",
        href: received(notice.about),
      };
    case "reshare-failed":
      return { ...notSharedOn(notice.about), href: received({ shareId: notice.about.receivedShareId }) };
    case "edit-kept-apart":
      return {
        text: `Your change of “${notice.about.resource}” is kept as “${notice.about.keptAs}”`,
        detail: `${notice.about.where === "own" ? "It stands at the top of your own files." : "It stands beside the other."} ${notice.about.reason}`,
        href: "/files",
      };
    case "change-not-made":
      return {
        text: `“${notice.about.resource}” was not ${NOT_DONE[notice.about.what]} on ${about.provider}`,
        detail: `You had done that while it was away. ${notice.about.reason}`,
        href: "/files",
      };
    case "copy-let-go":
      return {
        text: `No copy of “${notice.about.resource}” is kept here any more`,
        detail: `It has not been on ${about.provider} for a day.`,
        href: "/files",
      };
    case "request-failed":
      return {
        text: `${about.name} could not be asked for ${quoted(notice.about)}`,
        detail: notice.about.reason,
        href: "/contacts",
      };
    case "invite-used":
      return { text: `${about.name} accepted your invite`, href: "/contacts" };
    case "contact-removed":
      return {
        text: `${about.name} removed you as a contact. What you shared with each other has ended.`,
        href: "/contacts",
      };
    case "contact-unverified":
      return {
        text: `${about.name} is not verified any more`,
        detail: `${WHAT_CHANGED[notice.about.changed]} Compare the words once more to be sure.`,
        href: "/contacts",
      };
    case "shares-cut":
      return { ...cut(notice.about), href: "/shared-by-me" };
    case "second-factor-reset":
      return {
        text: `${about.name} took your second factor away, so that you can sign in again`,
        detail: "Your password alone is enough now. Set up a second factor again in the settings.",
        href: "/settings#second-factor",
      };
    case "files-damaged":
      return { ...damaged(notice.about), href: "/files" };
  }
}

/** What the cloud, which the notice names, cannot give back as it was. */
function damaged({ name, files, count }: { name: string; files: string[]; count: number }) {
  const rest = count - files.length;
  return {
    text: `${name} found that ${count === 1 ? "a file" : `${count} files`} of yours ${count === 1 ? "is" : "are"} damaged`,
    detail: `${files.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}. Who runs it has been told. If you have ${count === 1 ? "it" : "them"} elsewhere, upload ${count === 1 ? "it" : "them"} again.`,
  };
}

/** New policies of the cloud, which is what the notice names. */
function cut({ name, ended, shortened }: { name: string; ended: number; shortened: number }) {
  const count = (shares: number) => (shares === 1 ? "1 of your shares" : `${shares} of your shares`);
  const detail = "Nothing of your files is lost.";
  return ended > 0
    ? { text: `The policies of ${name} ended ${count(ended)} with people on other clouds`, detail }
    : { text: `The policies of ${name} let ${count(shortened)} with people on other clouds end sooner`, detail };
}

const NOT_DONE = { made: "made", moved: "moved", removed: "deleted" } as const;

const WHAT_CHANGED = {
  "their-keys": "Their cloud signs with other keys now, which happens when its administrators change them.",
  "our-keys": "Your own cloud signs with other keys now.",
  identifiers: "You two were connected anew.",
};

type Untold = Extract<NoticeView, { kind: "share-untold" }>["about"];

/** What did not reach the other cloud, and that it holds all the same. */
function untold(about: Untold): { text: string; detail: string; href: string } {
  const { name, what, reason } = about;
  const told = `${name} could not be told`;
  switch (what) {
    case "changed":
      return {
        text: `${told} what has changed for ${quoted(about)}`,
        detail: `The change holds all the same. ${reason}`,
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

type NotSharedOn = Extract<NoticeView, { kind: "reshare-failed" }>["about"];

/** What the cloud of a share's owner, whom the notice names, did not give to somebody else, or not so. */
function notSharedOn(about: NotSharedOn): { text: string; detail: string } {
  const { name, whom, keptRole, reason } = about;
  if (!keptRole) return { text: `${quoted(about)} of ${name} could not be shared with ${whom}`, detail: reason };
  if (keptRole === "unknown")
    return { text: `It is not known whether ${whom} still has ${quoted(about)} of ${name}`, detail: reason };
  return {
    text: `What ${whom} can do with ${quoted(about)} of ${name} was not changed`,
    detail: `${reason} They can ${keptRole === "editor" ? "change" : "only view"} it as before.`,
  };
}

type Shared = { shareId: string; resource: string };

const quoted = ({ resource }: Shared) => (resource ? `“${resource}”` : "something you deleted");
/** The lists set off the row of this share. */
const received = ({ shareId }: Pick<Shared, "shareId">) => `/shared-with-me?share=${shareId}`;
const sent = ({ shareId }: Shared) => `/shared-by-me?share=${shareId}`;
