import { PassThrough, type Readable } from "node:stream";

/**
 * The same bytes in a stream of their own. Whoever takes them may destroy it, as streams do when a write is refused;
 * the original, over whose connection the refusal has to go back, lives on. A failure of the original goes through.
 */
export function detached(body: Readable): Readable {
  const copy = new PassThrough({ highWaterMark: 256 * 1024 });
  copy.on("error", () => {}); // nobody may be listening any more
  body.once("error", (error) => copy.destroy(error));
  body.once("close", () => {
    if (!body.readableEnded) copy.destroy(new Error("The upload broke off."));
  });
  return body.pipe(copy);
}
