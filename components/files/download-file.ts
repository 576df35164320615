import { contentUrl, nameOf } from "@/components/files/paths";
import { patiently } from "@/components/files/patiently";
import { reach } from "@/components/files/reach";

/** Lets the browser save a file. One that `isReceived` is asked for first, so that a refusal has words. */
export async function downloadFile(path: string, { isReceived = false } = {}): Promise<void> {
  const url = contentUrl(path, { isDownload: true });
  if (isReceived) await patiently(`Asking for “${nameOf(path)}”…`, (signal) => reach(url, signal));
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
