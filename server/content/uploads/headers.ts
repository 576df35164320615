import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { AppError, invalid } from "@/lib/core/errors";
import type { Bytes } from "@/lib/files/uploads/receive-bytes";
import { isPart, type Upload } from "@/lib/files/uploads/uploads";

export const VERSION = "1.0.0";
export const EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination,concatenation";
export const ALGORITHMS = ["sha256", "sha1"] as const;

/** @throws TUS_VERSION_UNSUPPORTED (412) */
export function requireVersion({ headers }: IncomingMessage): void {
  if (headers["tus-resumable"] === VERSION) return;
  throw new AppError(412, "TUS_VERSION_UNSUPPORTED", `Say in Tus-Resumable that you speak tus ${VERSION}.`);
}

/** A number of bytes. @throws HEADER_INVALID */
export function bytesOf({ headers }: IncomingMessage, name: string): number {
  const text = headers[name];
  const bytes = typeof text === "string" && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(bytes)) throw invalid("HEADER_INVALID", `${name} is a number of bytes.`);
  return bytes;
}

/** What is sent with a request, to be written from `offset` on. @throws HEADER_INVALID, BODY_NOT_UNDERSTOOD (415) */
export function sentBytes(req: IncomingMessage, offset: number, signal: AbortSignal): Bytes {
  const { "content-length": length, "content-type": type, "content-encoding": encoding } = req.headers;
  if (type !== "application/offset+octet-stream" || encoding) {
    const message = "Bytes of an upload are sent as application/offset+octet-stream, as they are.";
    throw new AppError(415, "BODY_NOT_UNDERSTOOD", message);
  }
  const size = length === undefined ? undefined : Number(length);
  return { body: req, offset, size, checksum: checksumOf(req), signal };
}

/** @see tus 1.0, "Checksum" */
function checksumOf({ headers }: IncomingMessage): Bytes["checksum"] {
  const header = headers["upload-checksum"];
  if (header === undefined) return undefined;
  const [name = "", base64 = ""] = String(header).trim().split(" ");
  const algorithm = ALGORITHMS.find((known) => known === name);
  if (!algorithm) throw invalid("CHECKSUM_UNSUPPORTED", `Checksums are understood of ${ALGORITHMS.join(" and ")}.`);
  return { algorithm, digest: Buffer.from(base64, "base64") };
}

/** What an answer tells of an upload. */
export function stateOf(upload: Upload): OutgoingHttpHeaders {
  const { offset, expiresAt, location } = upload;
  const isDone = location !== null && !isPart(upload);
  return {
    "upload-offset": offset,
    "upload-expires": expiresAt.toUTCString(),
    ...(isDone && { "content-location": `/content/files?path=${encodeURIComponent(location)}` }),
  };
}
