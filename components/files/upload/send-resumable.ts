import { DefaultHttpStack, type DetailedError, type HttpStack, Upload as TusUpload } from "tus-js-client";
import { goToSignIn, problemError, unreachable } from "@/components/api";
import { joinPath, nameOf } from "@/components/files/paths";
import { holdUpload, keyOf, uploadStorage } from "@/components/files/upload/kept-uploads";
import type { Sending } from "@/components/files/upload/send-file";
import type { Upload } from "@/components/files/upload/upload";

/** So many requests bring parts of one file at the same time. */
const PARTS = 3;
/** What one request brings, and what at most is sent again after a break: less than what proxies take at once. */
const CHUNK = 4 * 1024 * 1024;

/**
 * Sends one file such that it can go on where it was: after a pause, a loss of the connection, a restart of the cloud, and
 * with the same file also after a reload. `abort` leaves at the cloud what came.
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
  let isAborted = false;
  let abort = () => {};
  const done = new Promise<string>((resolve, reject) => {
    const sending = new TusUpload(file, {
      endpoint: new URL("/content/uploads", window.location.href).href,
      ...{ metadata, metadataForPartialUploads: metadata },
      ...{ parallelUploads: PARTS, chunkSize: CHUNK, retryDelays: null },
      ...{ fingerprint: async () => key, urlStorage: uploadStorage, removeFingerprintOnSuccess: true },
      httpStack: checkingStack(),
      onProgress,
      onSuccess: ({ lastResponse }) => resolve(nameIn(lastResponse.getHeader("content-location"), file.name)),
      onError: (error) => {
        void sending.abort(); // the other parts
        reject(meaningOf(error as DetailedError));
      },
    });
    abort = () => {
      isAborted = true;
      void sending.abort();
      reject(new DOMException("Cancelled", "AbortError"));
    };
    void sending.findPreviousUploads().then(([previous]) => {
      if (isAborted) return;
      if (previous) sending.resumeFromPreviousUpload(previous);
      sending.start();
    });
  });
  return { done: done.finally(release), abort: () => abort() };
}

/** Says what each request's bytes hash to, where the browser lets us find out: that is, over https. */
function checkingStack(): HttpStack {
  const plain = new DefaultHttpStack({});
  return {
    getName: () => "checked",
    createRequest(method, url) {
      const request = plain.createRequest(method, url);
      const [send, abort] = [request.send.bind(request), request.abort.bind(request)];
      let isOver = false;
      request.abort = () => {
        isOver = true;
        return abort();
      };
      request.send = async (body) => {
        if (body instanceof Blob && globalThis.crypto?.subtle) {
          const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
          request.setHeader("upload-checksum", `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`);
        }
        if (isOver) throw new DOMException("Cancelled", "AbortError");
        return send(body);
      };
      return request;
    },
  };
}

function nameIn(location: string | undefined, name: string): string {
  const path = location && new URL(location, window.location.href).searchParams.get("path");
  return path ? nameOf(path) : name;
}

function meaningOf(error: DetailedError): Error {
  if (!error.originalRequest) return error;
  if (!error.originalResponse) return unreachable(error);
  const status = error.originalResponse.getStatus();
  if (status === 401) goToSignIn();
  return status === 0 ? unreachable(error) : problemError(status, error.originalResponse.getBody());
}
