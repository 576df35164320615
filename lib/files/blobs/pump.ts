import type { Readable, Writable } from "node:stream";
import { invalid } from "@/lib/core/errors";

/** A body is longer than it may be. */
export const tooLong = () =>
  invalid("BLOB_TOO_LONG", "More bytes arrived than were announced or than there is room for.");

/** As `pipeline`, but the body of a refused upload is left open: its connection still carries the answer. */
export function pump(body: Readable, sink: Writable, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      body.unpipe(sink);
      sink.destroy();
      reject(error);
    };
    const onClose = () => body.readableEnded || fail(new Error("The body broke off."));
    const onAbort = () => fail(signal?.reason);
    sink.once("error", fail).once("close", () => {
      body.off("error", fail).off("close", onClose);
      signal?.removeEventListener("abort", onAbort);
    });
    body.once("error", fail).once("close", onClose);
    signal?.addEventListener("abort", onAbort);
    sink.once("finish", resolve);
    if (signal?.aborted) onAbort();
    else if (body.destroyed) onClose();
    else body.pipe(sink);
  });
}
