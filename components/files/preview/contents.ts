import { fetchConfirmed, refusal } from "@/components/api";
import type { Content } from "@/components/files/preview/loaded-content";
import { reach } from "@/components/files/reach";

/** More than this is no reading, and makes a browser slow. */
const LONGEST = 500_000;

export type ReadText = { text: string; isWhole: boolean };

/** A file as text: all of it, or of a long one the beginning. */
export const textOf = (size: number | null): Content<ReadText> => ({
  name: "text",
  async read(url, signal) {
    const isLong = size === null || size > LONGEST;
    const response = await fetchConfirmed(url, { signal, headers: isLong ? { range: `bytes=0-${LONGEST - 1}` } : {} });
    if (response.status === 416) return { text: "", isWhole: true };
    if (!response.ok) throw await refusal(response);
    const bytes = await response.arrayBuffer();
    const total = Number(/\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1] ?? bytes.byteLength);
    const isWhole = bytes.byteLength >= total;
    // As a stream that goes on, so that a letter that was cut in two is left out.
    return { text: new TextDecoder().decode(bytes, { stream: !isWhole }), isWhole };
  },
});

/** Whether it can be had at all: what follows, the browser loads by itself. */
export const REACH: Content<true> = { name: "reach", read: reach };
