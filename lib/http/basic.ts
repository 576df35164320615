/**
 * What a header says as Basic, or null. The user ends at the first colon; without a colon all of it is the user.
 *
 * @see RFC 7617, section 2
 */
export function parseBasic(header: string): { user: string; password: string } | null {
  const encoded = /^Basic +([\w\-~.+/]+=*) *$/i.exec(header)?.[1];
  if (!encoded) return null;
  const [user = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { user, password: rest.join(":") };
}
