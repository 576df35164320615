import { fetchConfirmed, refusal } from "@/components/api";

/** Asks for one byte, to learn in words whether a file can be had: what a browser loads by itself only breaks. */
export async function reach(url: string, signal: AbortSignal): Promise<true> {
  const response = await fetchConfirmed(url, { signal, headers: { range: "bytes=0-0" } });
  // An empty file has not even one.
  if (!response.ok && response.status !== 416) throw await refusal(response);
  return true;
}
