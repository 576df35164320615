import { z } from "zod";
import { PathText } from "@/lib/files/schema";
import { SHARES_SENT } from "@/lib/http/limits";
import { meshRoute } from "@/lib/http/mesh-route";
import { Role, SendShareInput } from "@/lib/sharing/schema";
import { sendShare } from "@/lib/sharing/sent/send-share";
import { findShareable } from "@/lib/sharing/sent/shareable";

/** Where it stands at the receiver and what it is, the receiver's cloud and ours know better. */
const Body = z.object({
  sourcePath: PathText,
  targetPath: z.string().max(16_384).optional(),
  type: z.string().max(100).optional(),
  role: Role.default("viewer"),
  recipientUsername: z.string().min(1).max(1024),
  recipientHost: z.string().min(1).max(300),
});

export const POST = meshRoute({ body: Body, limit: SHARES_SENT }, async ({ user, body }) => {
  const { sourcePath, role, recipientUsername, recipientHost } = body;
  const { id: nodeId } = await findShareable(user, sourcePath);
  const recipient = { kind: "address", address: `${recipientUsername}@${recipientHost}` };
  return Response.json(await sendShare(user, SendShareInput.parse({ nodeId, recipient, role })));
});
