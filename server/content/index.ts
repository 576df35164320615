import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError, notFound } from "@/lib/core/errors";
import { answerDownload } from "./download";
import { answerEvents } from "./events";
import { answerThumbnail } from "./thumbnail";
import { answerUpload } from "./upload";
import { UPLOAD, UPLOADS, uploadIdOf } from "./uploads/index";
import { answerVersion } from "./version";
import { answerZip } from "./zip";

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

const HANDLERS: Record<string, Record<string, Handler>> = {
  "/content/files": { GET: answerDownload, HEAD: answerDownload, PUT: answerUpload },
  "/content/versions": { GET: answerVersion, HEAD: answerVersion },
  "/content/uploads": UPLOADS,
  "/content/thumbnails": { GET: answerThumbnail },
  "/content/zip": { POST: answerZip },
  "/content/events": { GET: answerEvents },
};

/** The bytes of files in and out, and the stream of what has changed: all that must not pass through Next. */
export async function handleContent(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const path = (req.url ?? "").split("?", 1)[0] ?? "";
  const methods = uploadIdOf(path) ? UPLOAD : HANDLERS[path];
  if (!methods) throw notFound("NOT_FOUND", "There is nothing here.");
  const handle = methods[req.method ?? ""];
  if (!handle) {
    res.setHeader("allow", Object.keys(methods).join(", "));
    throw new AppError(405, "METHOD_NOT_ALLOWED", "This cannot be done here.");
  }
  await handle(req, res);
}
