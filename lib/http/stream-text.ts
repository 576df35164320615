import { logger } from "@/lib/core/logger";

/**
 * An answer that is written piece by piece as it comes about, in constant memory. When the reader goes away the source
 * is told to end; when the source breaks the answer breaks off, so that nobody takes it for whole.
 */
export function streamText(pieces: AsyncIterable<string>, headers: Record<string, string>): Response {
  const iterator = pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        logger("http").error({ err: error }, "answer broke off");
        throw error;
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return new Response(body, { headers: { "cache-control": "no-store", ...headers } });
}

/** Objects as JSON, one a line. */
export async function* jsonLines(objects: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const object of objects) yield `${JSON.stringify(object)}\n`;
}
