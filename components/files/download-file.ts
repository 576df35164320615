import { fetchConfirmed, refusal } from "@/components/api";
import { contentUrl, nameOf } from "@/components/files/paths";
import { patiently } from "@/components/files/patiently";
import { reach } from "@/components/files/reach";

/** Lets the browser save a file. It is asked for first, so that a refusal has words: a cloud is away, bytes are damaged. */
export async function downloadFile(path: string): Promise<void> {
  const url = contentUrl(path, { isDownload: true });
  await patiently(`Asking for “${nameOf(path)}”…`, (signal) => reach(url, signal));
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
}

/**
 * Lets the browser save things of one folder in one archive. It is asked for first whether that can begin: what a
 * browser is sent as an answer to a form it would show instead of the page.
 */
export async function downloadZip(folder: string, names: string[], words: string): Promise<void> {
  const fields = [["folder", folder], ...names.map((name) => ["name", name])];
  await patiently(`Asking for ${words}…`, async (signal) => {
    const body = new URLSearchParams([...fields, ["check", "1"]]);
    const response = await fetchConfirmed("/content/zip", { method: "POST", body, signal });
    if (!response.ok) throw await refusal(response);
  });
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/content/zip";
  for (const [name = "", value = ""] of fields) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}
