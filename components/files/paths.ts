/** Paths as the JSON API writes them: `/`, `/Photos/2026`. */

export function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}

export function pathOf(names: readonly string[]): string {
  return `/${names.join("/")}`;
}

export function joinPath(folder: string, ...names: string[]): string {
  return pathOf([...namesOf(folder), ...names]);
}

export function parentOf(path: string): string {
  return pathOf(namesOf(path).slice(0, -1));
}

export function nameOf(path: string): string {
  return namesOf(path).at(-1) ?? "";
}

/** Why a name cannot be sent in a path; what else is wrong with one the server says. */
export function nameProblem(name: string): string | undefined {
  return name.includes("/") ? "A name cannot contain a slash." : undefined;
}

/** Whether something is the folder itself or stands in it. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || folder === "/" || path.startsWith(`${folder}/`);
}

/** The page of a folder, or of the folder around a file with the file opened. */
export function hrefOf(path: string, kind: "file" | "folder" = "folder"): string {
  const folder = kind === "folder" ? path : parentOf(path);
  const address = ["/files", ...namesOf(folder).map(encodeURIComponent)].join("/");
  return kind === "folder" ? address : `${address}?open=${encodeURIComponent(nameOf(path))}`;
}

/** The page of the folder around a text with the text opened to be written in. */
export function editHrefOf(path: string): string {
  return `${hrefOf(path, "file")}&edit=1`;
}

/** The folder that the address of a page names. */
export function folderOfPathname(pathname: string): string {
  return pathOf(namesOf(pathname).slice(1).map(decode));
}

/** Where the bytes of a file are. */
export function contentUrl(path: string, options: { isDownload?: boolean } = {}): string {
  return `/content/files?path=${encodeURIComponent(path)}${options.isDownload ? "&download=1" : ""}`;
}

/** Where the small picture of what stands at a path is, as it is now. */
export function thumbnailUrl(path: string, { id, etag }: { id: string; etag: string }): string {
  const [ofPath, ofEtag] = [path, etag].map(encodeURIComponent);
  return `/content/thumbnails?id=${encodeURIComponent(id)}&path=${ofPath}&v=${ofEtag}`;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
