/** What a program sends in `Authorization`; without a login it was a bearer. */
export type SentCredentials = { login: string | null; password: string };

/**
 * The app password in a header, as Basic with the name of its owner or as Bearer; null where there is none. It is told
 * by its prefix, so that what others ask for in the same header does not get in the way.
 *
 * @see RFC 7617, RFC 6750
 */
export function findAppCredentials(header: string | null | undefined): SentCredentials | null {
  const [, scheme = "", value = ""] = /^(Basic|Bearer) +([\w\-.~+/]+=*) *$/i.exec(header ?? "") ?? [];
  const found = scheme.toLowerCase() === "bearer" ? { login: null, password: value } : readBasic(value);
  return found && /^app_/i.test(found.password) ? found : null;
}

function readBasic(value: string): SentCredentials | null {
  const pair = Buffer.from(value, "base64").toString("utf8");
  const colon = pair.indexOf(":"); // a user name holds none
  return colon < 0 ? null : { login: pair.slice(0, colon), password: pair.slice(colon + 1) };
}
