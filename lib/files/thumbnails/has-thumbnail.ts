import type { Entry } from "../tree";

const PICTURES = ["png", "apng", "jpeg", "gif", "webp", "avif"].map((name) => `image/${name}`);
const KINDS = [...PICTURES, "application/pdf"];
const MOST_BYTES = 32 * 1024 * 1024;

/** Whether there is a small picture of something, for all that its name and size say. */
export const hasThumbnail = ({ kind, size, mediaType }: Pick<Entry, "kind" | "size" | "mediaType">): boolean =>
  kind === "file" && size !== null && size > 0 && size <= MOST_BYTES && KINDS.includes(mediaType ?? "");
