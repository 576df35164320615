import { createHash } from "node:crypto";
import fs from "node:fs";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./accounts";
import { EXIT, Failure, hasCode } from "./failure";
import { ask } from "./http";
import { noteOf, readNote, removeNote, renewNote, type Source, writeNote } from "./kept-uploads";
import { statIfThere } from "./paths";
import { startProgress } from "./progress";

/** From this size on it is worth going on where a broken upload was. */
export const RESUMABLE_FROM = 8 * 1024 * 1024;
/** What one request brings, and what at most is sent again after a break: less than what proxies take at once. */
const CHUNK = 4 * 1024 * 1024;
/** One after the other without a byte between them: three quarters of a minute without a network. */
const TRIES = 8;
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const TUS = { "tus-resumable": "1.0.0" };

type Sending = { account: Account; source: Source; drive: string; conflict: string; quiet: boolean };
type Going = Sending & { url: string };
/** How far the cloud has it; `place` is the path of the file once there is one. */
type State = { offset: number; place: string | null };

/**
 * Stores a large file in pieces, each with its checksum, by tus. What broke is gone on with: by this run after a loss of
 * the network, by the next one after the end of this. Resolves with the path at which the file stands; with null, and
 * nothing sent, where there is no room but what versions would give up, which they do for no upload that may never end.
 *
 * @throws Failure as `ask` does
 * @see tus 1.0
 */
export async function putResumable(sending: Sending): Promise<string | null> {
  const { source, quiet } = sending;
  const note = noteOf(source, sending);
  const begun = readNote(note);
  const known = begun === undefined ? null : await leftBy(sending, begun);
  const url = begun !== undefined && known ? begun : await begin(sending, note);
  if (url === null) return null;
  const state = known ?? { offset: 0, place: null };
  const progress = startProgress(path.basename(source.file), source.size, quiet, state.offset);
  try {
    const place = await sendRest({ ...sending, url }, state, (bytes) => {
      progress.add(bytes);
      ifItCan(() => renewNote(note));
    });
    removeNote(note);
    return place;
  } catch (error) {
    // Nothing is left there that one could go on with, or nothing here.
    if (hasCode(error, "UPLOAD_GONE", "UPLOAD_NOT_FOUND")) removeNote(note);
    if (error instanceof SourceChanged) await giveUp(sending.account, url, note);
    throw error;
  } finally {
    progress.end();
  }
}

/** What has come keeps its room there until it is ended. */
async function giveUp(account: Account, url: string, note: string): Promise<void> {
  removeNote(note);
  await ask(account, "DELETE", url, { headers: TUS }).then(
    (answer) => answer.resume(),
    () => {}, // then its cloud ends it in three days
  );
}

class SourceChanged extends Failure {}

/** Its address; null where there is no room. @see tus 1.0, "Creation" */
async function begin({ account, source, drive, conflict }: Sending, note: string): Promise<string | null> {
  const metadata = Object.entries({ path: drive, conflict })
    .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
    .join(",");
  const headers = { ...TUS, "upload-length": String(source.size), "upload-metadata": metadata };
  try {
    const answer = await ask(account, "POST", "/content/uploads", { headers });
    answer.resume();
    const { location = "" } = answer.headers;
    ifItCan(() => writeNote(note, location));
    return location;
  } catch (error) {
    if (hasCode(error, "QUOTA_EXCEEDED")) return null;
    throw error;
  }
}

/** Where nothing can be kept, no later run goes on with this one; that is no reason not to send. */
function ifItCan(keep: () => void): void {
  try {
    keep();
  } catch {}
}

async function sendRest(going: Going, from: State, onSent: (bytes: number) => void): Promise<string> {
  const file = fs.openSync(going.source.file, "r");
  try {
    let state = from;
    for (let tries = 1; state.place === null; ) {
      try {
        const before = state.offset;
        state = await sendPiece(going, file, state.offset);
        onSent(state.offset - before);
        tries = 1;
      } catch (error) {
        if (!canGoOn(error) || tries++ === TRIES) throw error;
        await sleep(Math.min(PAUSE_MS * 2 ** (tries - 2), LONGEST_PAUSE_MS));
        state = (await stateIfThere(going.account, going.url).catch(() => null)) ?? state;
      }
    }
    return state.place;
  } finally {
    fs.closeSync(file);
  }
}

/** After a break, or where the cloud had less or more than we thought: it says where to go on. */
function canGoOn(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  const isDamaged = error.refusal?.status === 460; // on its way
  return error.exit === EXIT.unreachable || isDamaged || hasCode(error, "OFFSET_MISMATCH");
}

/** @see tus 1.0, "PATCH" and "Checksum" */
async function sendPiece({ account, source, url }: Going, file: number, from: number): Promise<State> {
  // The last byte of what has come whole is sent again, for the file to be made of it.
  const offset = Math.min(from, source.size - 1);
  const piece = readPiece(source, file, offset);
  const headers = {
    ...TUS,
    "content-type": "application/offset+octet-stream",
    "content-length": String(piece.length),
    "upload-offset": String(offset),
    "upload-checksum": `sha256 ${createHash("sha256").update(piece).digest("base64")}`,
  };
  return stateOf(await ask(account, "PATCH", url, { headers, body: Readable.from(piecesOf(piece)) }));
}

function readPiece({ file: name, size, modifiedMs }: Source, file: number, offset: number): Buffer {
  const piece = Buffer.alloc(Math.min(CHUNK, size - offset));
  const read = fs.readSync(file, piece, 0, piece.length, offset);
  const now = fs.fstatSync(file);
  if (read === piece.length && now.size === size && now.mtimeMs === modifiedMs) return piece;
  throw new SourceChanged(EXIT.failed, `${name} has changed while it was sent. Store it again.`);
}

/** Small enough for a slow line to show that something moves. */
function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

function stateOf(answer: IncomingMessage): State {
  answer.resume();
  const { "upload-offset": offset, "content-location": location } = answer.headers;
  const place = location ? new URL(location, "http://cloud").searchParams.get("path") : null;
  return { offset: Number(offset), place };
}

/** How far an earlier run came; null where its file has been made, and does not stand there any more. */
async function leftBy({ account, source }: Sending, url: string): Promise<State | null> {
  const state = await stateIfThere(account, url);
  if (!state || state.place === null) return state;
  const there = await statIfThere(account, state.place);
  return there?.size === source.size ? state : null;
}

/** Null: the cloud has forgotten it. */
async function stateIfThere(account: Account, url: string): Promise<State | null> {
  try {
    return stateOf(await ask(account, "HEAD", url, { headers: TUS }));
  } catch (error) {
    if (error instanceof Failure && [404, 410].includes(error.refusal?.status ?? 0)) return null;
    throw error;
  }
}
