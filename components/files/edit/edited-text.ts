import { ApiError, fetchConfirmed, problemError, refusal, unreachable } from "@/components/api";
import { isGone } from "@/components/files/gone";
import { contentUrl } from "@/components/files/paths";
import { previewKind } from "@/components/files/preview/preview-kind";
import { EntryView } from "@/lib/files/schema";

/** A text as it stands in a file, with what must be written back with it. */
export type EditedText = {
  /** Its lines end as `lineEnd` says, all of them. */
  text: string;
  lineEnd: "\n" | "\r\n";
  hasMark: boolean;
  /** Of the file as it was read: it is saved over that and nothing else. */
  etag: string;
};

/** More than this is no text that one edits, and makes a browser slow. */
const LONGEST = 1_000_000;
const MARK = "\ufeff";

/** Whether somebody can edit it here, for all that is known of it. */
export function isEditable({ kind, canWrite, size, mediaType }: EntryView): boolean {
  const isText = ["text", "markdown"].includes(previewKind({ mediaType }));
  return kind === "file" && canWrite && isText && (size === null || size <= LONGEST);
}

/** A file whole, as it is at this moment. Throws where it is no text that can be written back as it was. */
export async function readText(path: string, signal?: AbortSignal): Promise<EditedText> {
  const { etag, bytes } = await readBytes(path, signal);
  return { ...decodeText(bytes), etag };
}

/** What somebody else made of a file; `text` is null where it is none that can be edited. */
export type Theirs = { etag: string; text: EditedText | null };

/** As `readText`, of whatever is there now. Null: nothing is. */
export async function readTheirs(path: string): Promise<Theirs | null> {
  const read = await readBytes(path).catch((error: unknown) => {
    if (isGone(error)) return null;
    throw error;
  });
  if (!read) return null;
  const { etag, bytes } = read;
  try {
    return { etag, text: { ...decodeText(bytes), etag } };
  } catch {
    return { etag, text: null };
  }
}

/** Of a file that is too long only so much that this is seen. */
async function readBytes(path: string, signal?: AbortSignal): Promise<{ etag: string; bytes: Uint8Array }> {
  const response = await fetchConfirmed(contentUrl(path), { signal, cache: "no-store" });
  if (!response.ok) throw await refusal(response);
  const etag = /"([^"]*)"/.exec(response.headers.get("etag") ?? "")?.[1] ?? "";
  if (Number(response.headers.get("content-length")) > LONGEST) {
    await response.body?.cancel();
    return { etag, bytes: new Uint8Array(LONGEST + 1) };
  }
  return { etag, bytes: new Uint8Array(await response.arrayBuffer()) };
}

/** The text of bytes. Where lines end in two ways they end in the more frequent one from now on. */
export function decodeText(bytes: Uint8Array): Omit<EditedText, "etag"> {
  if (bytes.length > LONGEST) throw new Error("This file is too long to be edited here. Download it to edit it.");
  const whole = decode(bytes);
  const hasMark = whole.startsWith(MARK);
  const text = hasMark ? whole.slice(1) : whole;
  const pairs = text.split("\r\n").length - 1;
  const lineEnd = pairs > text.split("\n").length - 1 - pairs ? "\r\n" : "\n";
  return { text: text.replace(/\r\n?|\n/g, lineEnd), lineEnd, hasMark };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const message = "This file is not written in Unicode (UTF-8). It would be harmed if it were edited here.";
    throw new Error(message, { cause });
  }
}

/** Over what is saved: the file as it was read, nothing, or something else whose name is left to it. */
export type SaveOver = { etag: string } | "nothing" | "keep-both";

/** Stores a text. Throws with status 412 where the file is no longer as it was read. */
export async function saveText(
  path: string,
  { text, hasMark }: Pick<EditedText, "text" | "hasMark">,
  over: SaveOver,
): Promise<EntryView> {
  const conflict = typeof over === "object" ? "replace" : over === "nothing" ? "ask" : "keep-both";
  const response = await fetchConfirmed(`${contentUrl(path)}&conflict=${conflict}`, {
    method: "PUT",
    headers: typeof over === "object" ? { "if-match": `"${over.etag}"` } : {},
    body: new Blob([hasMark ? MARK : "", text]),
  }).catch((cause: unknown) => {
    throw unreachable(cause);
  });
  // One who was signed out keeps the page, and with it what was written.
  if (response.status === 401) throw problemError(401, await response.text());
  if (!response.ok) throw await refusal(response);
  return EntryView.parse(await response.json());
}

/** Whether the file is no longer as it was read, or no longer there. */
export const isChangedMeanwhile = (error: unknown): boolean =>
  isGone(error) || (error instanceof ApiError && error.status === 412);
