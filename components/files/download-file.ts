import { contentUrl, nameOf } from "@/components/files/paths";
import { patiently } from "@/components/files/patiently";
import { reach } from "@/components/files/reach";

/** Lets the browser save a file. Of one that is `isElsewhere` its cloud is asked first, so that a refusal has words. */
export async function downloadFile(path: string, { isElsewhere = false } = {}): Promise<void> {
  const url = contentUrl(path, { isDownload: true });
  if (isElsewhere) await patiently(`Asking for “${nameOf(path)}”…`, (signal) => reach(url, signal));
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}
