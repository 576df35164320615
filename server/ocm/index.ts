import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/core/errors";
import { MAX_BODY } from "@/lib/http/ocm-route";
import { ANSWER_PATH, POST as answerInvitation } from "./answer-invitation";
import { POST as invitations } from "./invitations";
import { POST as inviteAccepted } from "./invite-accepted";
import { POST as invitePreview } from "./invite-preview";
import { POST as inviteWords } from "./invite-words";
import { POST as notifications } from "./notifications";
import { POST as requestShare } from "./request-share";
import { POST as searchShares } from "./search-shares";
import { POST as shares } from "./shares";
import { POST as signBack } from "./sign-back";
import { POST as signedBack } from "./signed-back";
import { POST as token } from "./token";

const POSTS: Partial<Record<string, (request: Request, body: Buffer) => Promise<Response>>> = {
  "/ocm/invitations": invitations,
  "/ocm/invite-accepted": inviteAccepted,
  "/ocm/invite-preview": invitePreview,
  "/ocm/invite-words": inviteWords,
  "/ocm/invites/accept": inviteAccepted, // where earlier drafts had it
  "/ocm/notifications": notifications,
  "/ocm/request-share": requestShare,
  "/ocm/search-shares": searchShares,
  "/ocm/shares": shares,
  "/ocm/sign-back": signBack,
  "/ocm/signed-back": signedBack,
  "/ocm/token": token,
};

/** Whether a path is one of those at which other clouds send what they signed. */
export const isOcm = (path: string) => postAt(path) !== undefined;

const postAt = (path: string) => (ANSWER_PATH.test(path) ? answerInvitation : POSTS[path]);

/** What other clouds sign and send. Next would double the cost of each: see docs/decisions/0007. */
export async function handleOcm(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? "/", "http://localhost");
  const answer = postAt(url.pathname);
  if (!answer || req.method !== "POST") {
    res.setHeader("allow", "POST");
    throw new AppError(405, "METHOD_NOT_ALLOWED", "This cannot be done here.");
  }
  const headers = Object.entries(req.headers).map(([name, value]) => [name, String(value)] as [string, string]);
  // The body goes beside the request: through its stream it would cost as much again.
  const response = await answer(new Request(url, { method: "POST", headers }), await readBody(req));
  // An unread body would be taken for the next request.
  if (!req.complete) res.setHeader("connection", "close");
  res.writeHead(response.status, [...response.headers].flat()).end(await response.text());
}

/** Not much more than is allowed: the handler refuses the rest. */
async function readBody(req: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > MAX_BODY) break;
  }
  return Buffer.concat(chunks);
}
