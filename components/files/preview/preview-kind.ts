import type { EntryView } from "@/lib/files/schema";

export type PreviewKind = "image" | "pdf" | "markdown" | "text" | "audio" | "video" | "none";

/** What browsers show of images without running anything; SVG is a document that can, and is sent for saving only. */
const IMAGE = /^image\/(png|apng|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)$/;
const TEXT = /^(text\/|application\/(json|xml|x-yaml|yaml|toml|x-sh|javascript|sql)$)/;

/** How a file can be shown. The media type is the server's own, derived from the name. */
export function previewKind({ mediaType }: Pick<EntryView, "mediaType">): PreviewKind {
  const type = mediaType ?? "";
  if (IMAGE.test(type)) return "image";
  if (type === "application/pdf") return "pdf";
  if (type.startsWith("audio/")) return "audio";
  if (type.startsWith("video/")) return "video";
  if (type === "text/markdown") return "markdown";
  return TEXT.test(type) ? "text" : "none";
}
