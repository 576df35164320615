import { confirmFor, goToSignIn, problemError, unreachable, urlOf } from "@/components/api";
import { joinPath } from "@/components/files/paths";
import { isResumable, type Upload } from "@/components/files/upload/upload";
import { EntryView } from "@/lib/files/schema";

/** `done` tells the name that the file has got. */
export type Sending = { done: Promise<string>; abort: () => void };

/** Sends one file, a large one such that it can be resumed. What that takes is loaded with the first of them. */
export async function sendFile(upload: Upload, onProgress: (sent: number) => void): Promise<Sending> {
  if (!isResumable(upload)) return sendInOne(upload, onProgress);
  const { sendResumable } = await import("@/components/files/upload/send-resumable");
  return sendResumable(upload, onProgress);
}

/** By XMLHttpRequest, since `fetch` does not tell how much has been sent. */
function sendInOne({ file, folder, conflict }: Upload, onProgress: (sent: number) => void): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<string>((resolve, reject) => {
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    request.onload = () => {
      if (request.status < 400) return resolve(EntryView.parse(JSON.parse(request.responseText)).name);
      if (request.status === 401) goToSignIn();
      const error = problemError(request.status, request.responseText);
      void confirmFor(error).then((isConfirmed) => (isConfirmed ? send() : reject(error)));
    };
  });
  const url = urlOf("/content/files", {
    path: joinPath(folder, file.name),
    conflict: conflict === "skip" ? "ask" : conflict,
  });
  const send = () => {
    request.open("PUT", url);
    request.send(file);
  };
  send();
  return { done, abort: () => request.abort() };
}
