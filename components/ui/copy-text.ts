import { toast } from "@/components/ui/toast";

/** Copies a text and says so in these words, if any; or says that it must be done by hand. Tells whether it worked. */
export async function copyText(text: string, said?: string): Promise<boolean> {
  const isCopied = (await writeToClipboard(text)) || copySelected(text);
  if (!isCopied) toast.error("Your browser does not allow copying here. Select the text and copy it by hand.");
  else if (said) toast(said);
  return isCopied;
}

/** Absent where the page is neither on https nor on localhost. */
async function writeToClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The old way, which works on any page. Selects instead of focusing: a dialog would take the focus back. */
function copySelected(text: string): boolean {
  const holder = document.createElement("span");
  holder.textContent = text;
  holder.className = "fixed start-0 top-0 select-text whitespace-pre opacity-0";
  document.body.append(holder);
  try {
    getSelection()?.selectAllChildren(holder);
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    holder.remove();
  }
}
