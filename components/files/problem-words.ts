import { ApiError } from "@/components/api";
import { parentOf } from "@/components/files/paths";

/** `back` is a way on that certainly leads somewhere. */
export type ProblemWords = { title: string; text: string; back: { path: string; label: string } };

const STAYS = "Copies that you downloaded stay with you.";
const LATER = "Nothing is lost. Try again later, or ask the person who shared it.";

/** What a code means: a title, and what more there is to say than the sentence that came with it. */
const WORDS: Record<string, { title: string; more?: string }> = {
  SHARE_ENDED: { title: "This share has ended", more: STAYS },
  SHARE_EXPIRED: { title: "This share has ended", more: STAYS },
  SHARE_LEFT: { title: "You left this share" },
  SHARE_SUSPENDED: { title: "This cannot be opened just now" },
  SECOND_FACTOR_REQUIRED: { title: "This opens only with a second factor", more: "Nothing is lost." },
  PEER_SHARE_GONE: { title: "This may no longer be shared with you", more: STAYS },
  PEER_TIMEOUT: { title: "The other cloud does not answer", more: LATER },
  PEER_UNREACHABLE: { title: "The other cloud does not answer", more: LATER },
  PEER_CERTIFICATE_INVALID: {
    title: "The other cloud cannot prove that it is itself",
    more: "Nothing is lost, and nothing was sent there. Its administrators have to see to that.",
  },
  PEER_FAILED: { title: "The other cloud cannot show this", more: LATER },
  PEER_BUSY: { title: "The other cloud does not answer", more: "Nothing is lost." },
  PROVIDER_NOT_TRUSTED: {
    title: "Your cloud blocks the one that this is on",
    more: "Nothing is lost: ask your administrators, and come back when they allow it.",
  },
};

/** Why a folder cannot be shown, whether anything is lost, and the way on. */
export function problemWords(path: string, error: Error): ProblemWords {
  const code = error instanceof ApiError ? error.code : "";
  const above = { path: parentOf(path), label: "Folder above" };
  if (code === "NODE_NOT_FOUND") {
    const text = "It may have been moved, renamed or deleted, or is no longer shared with you.";
    return { title: "This folder is not here", text, back: above };
  }
  const known = WORDS[code];
  const text = known?.more ? `${error.message} ${known.more}` : error.message;
  const isOfCloud = known !== undefined || code.startsWith("PEER_");
  const back = isOfCloud ? { path: "/", label: "Back to Files" } : above;
  return { title: known?.title ?? "This folder could not be opened", text, back };
}
