import type { EntryView } from "@/lib/files/schema";

const BY_TYPE: readonly [RegExp, string][] = [
  [/^image\//, "Image"],
  [/^audio\//, "Audio"],
  [/^video\//, "Video"],
  [/^application\/pdf$/, "PDF"],
  [/^text\/markdown$/, "Markdown text"],
  [/^text\/html$/, "Web page"],
  [/csv|spreadsheet|excel/, "Table"],
  [/presentation|powerpoint/, "Presentation"],
  [/zip|gzip|x-tar|compressed/, "Archive"],
  [/document|msword|rtf/, "Document"],
  [/^text\/|json|xml|yaml/, "Text"],
];

/** What a thing is, as people call it. */
export function kindWords({ kind, mediaType }: Pick<EntryView, "kind" | "mediaType">): string {
  if (kind === "folder") return "Folder";
  return BY_TYPE.find(([pattern]) => pattern.test(mediaType ?? ""))?.[1] ?? "File";
}
