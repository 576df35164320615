import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { AppError } from "@/lib/core/errors";

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * Has Next answer a request to one of our APIs. To a method that a path does not have it says nothing but 405: this says
 * it, for whoever has the words of that API, and which methods there are.
 *
 * @throws METHOD_NOT_ALLOWED
 * @see RFC 9110, section 15.5.6
 */
export async function handleApi(req: IncomingMessage, res: ServerResponse, handleNext: Handler): Promise<void> {
  const end = res.end.bind(res) as (...args: unknown[]) => ServerResponse;
  let isRefused = false;
  // Nothing compresses on the way (next.config.ts), so the head of an answer without a body goes out with its end.
  res.end = ((...args: unknown[]) => {
    isRefused = res.statusCode === 405 && !res.headersSent;
    return isRefused ? res : end(...args);
  }) as typeof res.end;
  await handleNext(req, res);
  if (!isRefused) return;
  res.end = end as typeof res.end;
  res.setHeader("allow", await methodsAt(req, handleNext));
  throw new AppError(405, "METHOD_NOT_ALLOWED", "This cannot be done here.");
}

/** Next alone knows them, and tells whoever asks: here a request that no socket carries. */
async function methodsAt({ url, headers }: IncomingMessage, handleNext: Handler): Promise<string> {
  const { "content-length": _, "transfer-encoding": __, ...rest } = headers;
  const asked = new IncomingMessage(new Socket());
  Object.assign(asked, { method: "OPTIONS", url, headers: rest });
  asked.push(null);
  const answer = new ServerResponse(asked);
  await handleNext(asked, answer);
  return String(answer.getHeader("allow") ?? "");
}
