import type { z } from "zod";
import { refusal, unreachable } from "@/components/api";

/** What our API answers as JSON, an object a line, each as it comes. Throws ApiError. */
export async function* jsonLines<S extends z.ZodType>(
  schema: S,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<z.output<S>> {
  const broken = (cause: unknown) => {
    throw signal.aborted ? cause : unreachable(cause);
  };
  const response = await fetch(path, { signal }).catch(broken);
  if (!response.ok) throw await refusal(response);

  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const read = await reader?.read().catch(broken);
    if (!read || read.done) return;
    const lines = (rest + read.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield schema.parse(JSON.parse(line));
  }
}
