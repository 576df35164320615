import { invalid } from "@/lib/core/errors";
import { isDeceptive, isSafeName, MAX_NAME } from "@/lib/protocol/ocm/text";

/**
 * The name as it is stored: in NFC, and one that every cloud it may be shared with accepts too.
 *
 * @throws NAME_INVALID
 */
export function checkName(name: string): string {
  const composed = name.normalize("NFC");
  const problem = problemWith(composed);
  if (problem) throw invalid("NAME_INVALID", problem);
  return composed;
}

function problemWith(name: string): string | null {
  if (isSafeName(name)) return null;
  if (name === "") return "A name cannot be empty.";
  if (name.includes("/")) return "A name cannot contain a slash.";
  if (name.includes("\\")) return "A name cannot contain a backslash.";
  if (isDeceptive(name)) return "A name cannot contain invisible characters that break lines or turn text around.";
  if (Buffer.byteLength(name) > MAX_NAME) return "This name is too long. Shorten it a little.";
  return `A name cannot be "${name}".`;
}

/** The stem and the extension with its dot; folders and names such as `.profile` have no extension. */
function splitName(name: string, isFile: boolean): [stem: string, extension: string] {
  const dot = isFile ? name.lastIndexOf(".") : -1;
  return dot > 0 && name.length - dot <= 12 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
}

/** "Report (2).pdf", "Report (3).pdf" and so on: what to call it when its own name is taken. */
export function numberedName(name: string, number: number, isFile: boolean): string {
  return markedName(name, String(number), isFile);
}

/** "Report (Alice).pdf": the name with a word that tells it from another. */
export function markedName(name: string, mark: string, isFile: boolean): string {
  const [stem, extension] = splitName(name, isFile);
  const suffix = ` (${mark})${extension}`;
  return cut(stem, MAX_NAME - Buffer.byteLength(suffix)) + suffix;
}

/** What comes nearest to a name that another cloud gave, such that it can stand in a folder here. */
export function tidyName(name: string): string {
  const fit = [...name.normalize("NFC")].map((sign) => (/[/\\]/.test(sign) || isDeceptive(sign) ? "_" : sign));
  const tidied = cut(fit.join(""), MAX_NAME);
  return problemWith(tidied) ? `_${tidied}` : tidied;
}

/** As many whole characters as fit into so many bytes. */
function cut(text: string, bytes: number): string {
  let size = 0;
  let end = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
