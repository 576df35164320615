import { DefaultHttpStack, type DetailedError, type HttpStack, Upload as TusUpload } from "tus-js-client";
import { ApiError, goToSignIn, problemError, unreachable } from "@/components/api";
import { joinPath, nameOf } from "@/components/files/paths";
import {
  endIncomplete,
  endPart,
  holdUpload,
  keyOf,
  notePart,
  uploadStorage,
} from "@/components/files/upload/kept-uploads";
import type { Sending } from "@/components/files/upload/send-file";
import type { Upload } from "@/components/files/upload/upload";

/** So many requests bring parts of one file at the same time. */
const PARTS = 3;
/** What one request brings, and what at most is sent again after a break: less than what proxies take at once. */
const CHUNK = 4 * 1024 * 1024;

/**
 * Sends one file such that it can go on where it was: after a pause, a loss of the connection, a restart of the cloud, and
 * with the same file also after a reload. `abort` leaves at the cloud what came, where one could go on with it.
 */
export function sendResumable(upload: Upload, onProgress: (sent: number) => void): Sending {
  const { file, folder, conflict } = upload;
  const key = keyOf(upload);
  const metadata = {
    path: joinPath(folder, file.name),
    conflict: conflict === "skip" ? "ask" : conflict,
    modifiedAt: String(file.lastModified),
  };
  const release = holdUpload(key);
  const stack = checkingStack((url) => notePart(key, { size: file.size, metadata }, url));
  let isAborted = false;
  let abort = () => {};
  const done = new Promise<string>((resolve, reject) => {
    const sending = new TusUpload(file, {
      endpoint: new URL("/content/uploads", window.location.href).href,
      ...{ metadata, metadataForPartialUploads: metadata },
      ...{ parallelUploads: PARTS, chunkSize: CHUNK, retryDelays: null },
      ...{ fingerprint: async () => key, urlStorage: uploadStorage, removeFingerprintOnSuccess: true },
      httpStack: stack,
      onProgress,
      onSuccess: ({ lastResponse }) => resolve(nameIn(lastResponse.getHeader("content-location"), file.name)),
      onError: (error) => {
        // The room of what nobody could go on with is needed for what comes next.
        const ended = Promise.all([sending.abort(), stack.end(), endIncomplete(key)]);
        void ended.finally(() => reject(meaningOf(error as DetailedError)));
      },
    });
    abort = () => {
      isAborted = true;
      void Promise.all([sending.abort(), stack.end(), endIncomplete(key)]);
      reject(cancelled());
    };
    void sending.findPreviousUploads().then(([previous]) => {
      if (isAborted) return;
      if (previous) sending.resumeFromPreviousUpload(previous);
      sending.start();
    });
  });
  return { done: done.finally(release), abort: () => abort() };
}

type Stack = HttpStack & {
  /** Sends nothing more. Resolves when also those parts are ended that were just being begun. */
  end: () => Promise<unknown>;
};

/**
 * Says what each request's bytes hash to, where the browser lets us find out: that is, over https. And tells of each part
 * that the cloud has begun.
 */
function checkingStack(onPart: (url: string) => void): Stack {
  const plain = new DefaultHttpStack({});
  const beginning: Promise<unknown>[] = [];
  let isOver = false;
  const requireGoing = () => {
    if (isOver) throw cancelled();
  };
  return {
    getName: () => "checked",
    end: () => {
      isOver = true;
      return Promise.allSettled(beginning);
    },
    createRequest(method, url) {
      const request = plain.createRequest(method, url);
      const [send, abort] = [request.send.bind(request), request.abort.bind(request)];
      const isPart = () => method === "POST" && request.getHeader("Upload-Concat") === "partial";
      const beginPart = async () => {
        const response = await send(null);
        const location = response.getStatus() === 201 && response.getHeader("location");
        const part = location && new URL(location, url).href;
        if (part && isOver) await endPart(part);
        else if (part) onPart(part);
        return response;
      };
      request.abort = async () => {
        if (!isPart()) await abort(); // or nobody would know what to end
      };
      request.send = async (body) => {
        if (body instanceof Blob && globalThis.crypto?.subtle) {
          const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
          request.setHeader("upload-checksum", `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`);
        }
        requireGoing();
        const sent = isPart() ? beginPart() : send(body);
        if (isPart()) beginning.push(sent);
        const response = await sent;
        requireGoing();
        if (method === "HEAD") requireFound(response.getStatus());
        return response;
      };
      return request;
    },
  };
}

const cancelled = () => new DOMException("Cancelled", "AbortError");

/** Where a part is not found, or nobody can say, tus-js-client would begin another beside it, of which nothing is kept. */
function requireFound(status: number): void {
  if (status < 300) return;
  if (status !== 404 && status !== 410) throw problemError(status, "");
  const detail = "The upload was interrupted for too long. Try it again.";
  throw new ApiError(410, { code: "UPLOAD_GONE", detail, fields: [], retryAfter: undefined });
}

function nameIn(location: string | undefined, name: string): string {
  const path = location && new URL(location, window.location.href).searchParams.get("path");
  return path ? nameOf(path) : name;
}

function meaningOf(error: DetailedError): Error {
  if (!error.originalRequest) return error;
  const refusal = refusalIn(error);
  if (refusal.status === 401) goToSignIn();
  return refusal;
}

function refusalIn(error: DetailedError): ApiError {
  if (error.causingError instanceof ApiError) return error.causingError;
  const status = error.originalResponse?.getStatus() ?? 0;
  return status === 0 ? unreachable(error) : problemError(status, error.originalResponse?.getBody() ?? "");
}
