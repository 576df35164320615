import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AppError, hasCode, invalid } from "@/lib/core/errors";
import { detached } from "@/lib/files/detached-body";
import type { Entry, WriteOptions } from "@/lib/files/tree";
import { entryOfClaims, ifMatchOf } from "./entries";
import { nameTaken } from "./failures";
import type { Place } from "./listing";
import { ask, discard } from "./peer-folder";
import { claimsOfHeaders } from "./read-file";

/** What is no larger is sent from memory, so that it can be sent again with a renewed token. */
const SMALL = 256 * 1024;

/** Puts a file on another cloud. */
export async function writeFile(
  place: Place,
  name: string,
  body: Readable,
  options: WriteOptions,
  stat: () => Promise<Entry>,
): Promise<{ entry: Entry; created: boolean }> {
  const { source, path, canWrite } = place;
  const { ifMatch, ifAbsent, size, signal } = options;
  const isSmall = size !== undefined && size <= SMALL;
  const known = ifMatch === undefined ? null : ifMatchOf(ifMatch);
  const mustCompare = ifMatch !== undefined && known === null;
  // A large body can be sent once only: this look finds out first whether the token still opens.
  const present = isSmall && !mustCompare ? null : await findPresent(stat);
  if (mustCompare && present?.etag !== ifMatch) throw changedMeanwhile(source.provider);

  const bytes = isSmall ? await buffer(body) : detached(body);
  if (isSmall && "byteLength" in bytes && bytes.byteLength !== size) {
    throw invalid("SIZE_MISMATCH", "The upload has another size than was announced. Please try it again.");
  }
  const headers = {
    "content-type": "application/octet-stream",
    ...(size !== undefined && { "content-length": String(size) }),
    ...(known && { "if-match": known }),
    ...(ifAbsent && { "if-none-match": "*" }),
  };
  const put = ask(source, { method: "PUT", path, headers, body: bytes, signal }, [200, 201, 204]);
  const answer = await put.catch((error) => {
    if (ifAbsent && hasCode(error, "ETAG_MISMATCH")) throw nameTaken();
    throw error;
  });
  discard(answer.body);
  const claims = { ...claimsOfHeaders(answer.headers), size: String(size) };
  const isTold = size !== undefined && claims.etag && claims.modified && claims.id;
  const entry = isTold ? entryOfClaims(name, path, claims, canWrite) : await stat();
  return { entry, created: answer.status === 201 };
}

async function findPresent(stat: () => Promise<Entry>): Promise<Entry | null> {
  try {
    return await stat();
  } catch (error) {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  }
}

function changedMeanwhile(provider: string): AppError {
  return new AppError(412, "ETAG_MISMATCH", `This was changed on ${provider} in the meantime.`);
}
