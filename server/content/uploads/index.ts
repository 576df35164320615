import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, invalid } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { beginUpload } from "@/lib/drive/begin-upload";
import { finishUpload, joinUploads } from "@/lib/drive/finish-upload";
import { receiveBytes, stopWriting } from "@/lib/files/uploads/receive-bytes";
import { getUpload, isPart, removeUpload, type Upload } from "@/lib/files/uploads/uploads";
import { principalOfRequest } from "@/lib/http/node-request";
import { requireStanding } from "@/lib/identity/standing";
import { refuse } from "../refuse";
import { watchAccess } from "../watch-access";
import { ALGORITHMS, bytesOf, EXTENSIONS, requireVersion, sentBytes, stateOf, VERSION } from "./headers";

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;
type Answer = (req: IncomingMessage, res: ServerResponse, user: UserPrincipal, id: string) => Promise<void>;

const ROOT = "/content/uploads";

/** The id in the address of an upload, if it is one. */
export const uploadIdOf = (path: string): string | undefined => /^\/content\/uploads\/([0-9a-f-]{36})$/.exec(path)?.[1];

/** What all requests of tus have in common. */
const tus =
  (answer: Answer): Handler =>
  async (req, res) => {
    req.on("error", () => {}); // it breaks off when the client goes away: nothing of ours failed
    res.setHeader("tus-resumable", VERSION);
    res.setHeader("cache-control", "no-store");
    try {
      requireVersion(req);
      await answer(req, res, await principalOfRequest(req), uploadIdOf(req.url?.split("?", 1)[0] ?? "") ?? "");
    } catch (error) {
      if ((error as AppError).code === "TUS_VERSION_UNSUPPORTED") res.setHeader("tus-version", VERSION);
      refuse(req, res, error);
    }
  };

/** What of tus is spoken here. @see tus 1.0, "OPTIONS" */
const answerOptions: Handler = async (_req, res) => {
  res.writeHead(204, {
    "tus-resumable": VERSION,
    "tus-version": VERSION,
    "tus-extension": EXTENSIONS,
    "tus-checksum-algorithm": ALGORITHMS.join(","),
  });
  res.end();
};

/** Begins an upload, with its first bytes if they are sent along; or puts parts together. */
const create: Answer = async (req, res, user) => {
  const { "upload-concat": given, "upload-metadata": metadata = "" } = req.headers;
  const concat = given === undefined ? null : String(given).trim();
  if (concat?.startsWith("final;")) return answerCreated(res, await joinUploads(user, concat, String(metadata)));
  if (concat !== null && concat !== "partial") throw invalid("HEADER_INVALID", "Upload-Concat cannot be read.");
  if (req.headers["upload-defer-length"] !== undefined) {
    throw invalid("LENGTH_REQUIRED", "Say in Upload-Length how long the file is.");
  }
  const length = bytesOf(req, "upload-length");
  const begun = await beginUpload(user, { length, metadata: String(metadata), concat });
  const sends = req.headers["content-type"] !== undefined && begun.location === null;
  answerCreated(res, sends ? await goOn(req, res, user, begun.id, 0) : begun);
};

function answerCreated(res: ServerResponse, upload: Upload): void {
  res.writeHead(201, { location: `${ROOT}/${upload.id}`, "content-length": 0, ...stateOf(upload) }).end();
}

/** Tells where an upload can go on. Whatever still writes to it is over: who asks wants to go on. */
const head: Answer = async (_req, res, user, id) => {
  await getUpload(user, id);
  await stopWriting(
    id,
    watchAccess(res, () => requireStanding(user)),
  );
  const upload = await getUpload(user, id);
  res.writeHead(200, {
    ...stateOf(upload),
    "upload-length": upload.length,
    ...(upload.metadata && { "upload-metadata": upload.metadata }),
    ...(upload.concat && { "upload-concat": upload.concat }),
  });
  res.end();
};

const patch: Answer = async (req, res, user, id) => {
  const { concat } = await getUpload(user, id);
  if (concat?.startsWith("final;")) throw new AppError(403, "UPLOAD_IS_JOINED", "This was put together of parts.");
  const upload = await goOn(req, res, user, id, bytesOf(req, "upload-offset"));
  res.writeHead(204, stateOf(upload)).end();
};

/** Takes in what is sent. With the last byte of it, it becomes the file. */
async function goOn(req: IncomingMessage, res: ServerResponse, user: UserPrincipal, id: string, offset: number) {
  const signal = watchAccess(res, () => requireStanding(user));
  const { upload, end } = await receiveBytes(user, id, sentBytes(req, offset, signal));
  const isWhole = end === upload.length && !isPart(upload) && upload.location === null;
  if (isWhole) return finishUpload(user, upload);
  return getUpload(user, id);
}

const terminate: Answer = async (_req, res, user, id) => {
  await getUpload(user, id);
  await stopWriting(
    id,
    watchAccess(res, () => requireStanding(user)),
  );
  await removeUpload(user, id);
  res.writeHead(204).end();
};

/** For clients that can send nothing but GET and POST. @see tus 1.0, "X-HTTP-Method-Override" */
const override: Answer = async (req, ...more) => {
  const methods: Record<string, Answer> = { PATCH: patch, DELETE: terminate, HEAD: head };
  const answer = methods[String(req.headers["x-http-method-override"]).toUpperCase()];
  if (!answer) throw new AppError(405, "METHOD_NOT_ALLOWED", "This cannot be done here.");
  await answer(req, ...more);
};

/** What can be done at the address of all uploads, and at that of one. */
export const UPLOADS: Record<string, Handler> = { OPTIONS: answerOptions, POST: tus(create) };
export const UPLOAD: Record<string, Handler> = {
  OPTIONS: answerOptions,
  HEAD: tus(head),
  PATCH: tus(patch),
  DELETE: tus(terminate),
  POST: tus(override),
};
