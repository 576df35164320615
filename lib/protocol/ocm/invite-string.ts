import { looseProvider, providerOfUrl } from "@/lib/protocol/ocm/address";
import { MAX_NAME } from "@/lib/protocol/ocm/text";

/** What an invite carries: the secret, and the cloud of the person who invites. */
export type InviteParts = { token: string; provider: string };

/** More than any mail that a person would paste; what lies beyond is not searched. */
const MAX_PASTE = 100_000;
/** Longer than any link or string that holds an invite; such a run of signs is passed over. */
const MAX_RUN = 4096;
/** Mail programs break lines at these widths; a longer line was not broken. */
const BROKEN_LINE = /^.{60,80}$/;
const MAX_BROKEN_LINES = 12;
/** Fields of a mail's head that hold things which look like `token@host`. */
const MAIL_IDS = /^(?:message-id|in-reply-to|references|content-id|x-[\w-]+):.*(?:\r?\n[ \t].*)*/gim;
const BASE64 = /[A-Za-z0-9+/_-]{8,}={0,2}/g;

/**
 * The canonical invite string: `token@fqdn` in base64url without padding.
 *
 * @see OCM, "Invite format"
 */
export function encodeInvite({ token, provider }: InviteParts): string {
  return Buffer.from(`${token}@${provider}`).toString("base64url");
}

/** The link of an invite: the inviter's *Where are you from* page with the token. */
export function inviteLink(wayfUrl: string, token: string): string {
  const url = new URL(wayfUrl);
  url.searchParams.set("token", token);
  return url.href;
}

/**
 * Finds the invite in whatever a person pasted: a link, an invite string in any variant of base64, a plain
 * `token@host`, or a whole mail with one of them, quoted or with broken lines. Null when there is none.
 */
export function findInvite(text: string): InviteParts | null {
  const lines = text
    .slice(0, MAX_PASTE)
    .replace(MAIL_IDS, "")
    .replace(/&amp;/g, "&")
    .split(/\r?\n|\r/)
    .map((line) => line.replace(/^[>|\s]+/, "").trimEnd());
  return findLink(lines) ?? findEncoded(lines) ?? findPlain(lines);
}

function findLink(lines: string[]): InviteParts | null {
  for (const [index, line] of lines.entries()) {
    for (const [start] of line.matchAll(/https?:\/\/[^\s<>"']+/gi)) {
      const parts = readLink(
        line.endsWith(start) ? mendLink(start, lines.slice(index, index + MAX_BROKEN_LINES)) : start,
      );
      if (parts) return parts;
    }
  }
  return null;
}

/** Appends the next lines to a link that a mail program broke, or that ends before its token. */
function mendLink(start: string, [line = "", ...following]: string[]): string {
  const isBroken = BROKEN_LINE.test(line) || /[?&]token=$/.test(start);
  const next = following[0];
  // The rest of a token, not the name below the link: it has a digit or a sign in it.
  if (!isBroken || next === undefined || !/^(?=.*[\d=&%_])[\w.~%&=+/-]+$/.test(next)) return start;
  return mendLink(start + next, following);
}

function readLink(link: string): InviteParts | null {
  const text = withoutTail(link, ".,;:!?)]}");
  if (text.length > MAX_RUN || !URL.canParse(text)) return null;
  const url = new URL(text);
  const token = url.searchParams.get("token");
  const domain = url.searchParams.get("providerDomain");
  return token ? readParts(token, () => (domain ? looseProvider(domain) : providerOfUrl(url))) : null;
}

function findEncoded(lines: string[]): InviteParts | null {
  for (const [index, line] of lines.entries()) {
    for (const [run] of line.matchAll(BASE64)) {
      const pieces = line.endsWith(run)
        ? [run, ...continued(lines.slice(index + 1, index + 1 + MAX_BROKEN_LINES))]
        : [run];
      // The longest first: a string cut in the middle may still decode to a shorter host.
      for (let count = pieces.length; count > 0; count--) {
        const parts = readPlain(decodeBase64(pieces.slice(0, count).join("")));
        if (parts) return parts;
      }
    }
  }
  return null;
}

function continued(lines: string[]): string[] {
  const end = lines.findIndex((line) => !/^[A-Za-z0-9+/_-]+={0,2}$/.test(line));
  return end === -1 ? lines : lines.slice(0, end);
}

function decodeBase64(text: string): string {
  const decoded = Buffer.from(text, "base64").toString("utf8"); // Node reads both alphabets, padded or not
  return decoded.includes("\ufffd") ? "" : decoded;
}

function findPlain(lines: string[]): InviteParts | null {
  const words = lines.flatMap((line) => line.split(/\s+/)).filter((word) => word !== "");
  for (const word of words) {
    const bare = withoutTail(word.replace(/^[<("'[]+/, ""), ">)\"'].,;:!?");
    // In running text only what looks random is a token: mail addresses have the same form.
    if (/^(?=[^@]*\d)[\w-]{20,}@/.test(bare)) return readPlain(bare);
  }
  const isOneString = lines.every((line) => !/\s/.test(line));
  return isOneString ? readPlain(words.join("")) : null;
}

/** A pattern that ends in `+$` would take quadratic time on a long run of these signs. */
function withoutTail(text: string, signs: string): string {
  let end = text.length;
  while (end > 0 && signs.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function readPlain(text: string): InviteParts | null {
  if (text.length > MAX_RUN) return null;
  const at = text.lastIndexOf("@");
  const host = text.slice(at + 1);
  if (at < 1 || !/[.:]|^localhost$/.test(host)) return null;
  return readParts(text.slice(0, at), () => looseProvider(host));
}

function readParts(token: string, provider: () => string): InviteParts | null {
  if (token.length > MAX_NAME || !/^[\x21-\x7e]+$/.test(token)) return null;
  try {
    return { token, provider: provider() };
  } catch {
    return null;
  }
}
