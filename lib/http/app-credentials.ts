import { parseBasic } from "./basic";

/** What a program sends in `Authorization`; without a login it was a bearer. */
export type SentCredentials = { login: string | null; password: string };

/**
 * The app password in a header, as Basic with the name of its owner or as Bearer; null where there is none. It is told
 * by its prefix, so that what others ask for in the same header does not get in the way.
 *
 * @see RFC 7617, RFC 6750
 */
export function findAppCredentials(header: string | null | undefined): SentCredentials | null {
  const basic = parseBasic(header ?? "");
  const bearer = /^Bearer +([\w\-.~+/]+=*) *$/i.exec(header ?? "")?.[1];
  const found = basic ? { login: basic.user, password: basic.password } : { login: null, password: bearer ?? "" };
  return /^app_/i.test(found.password) ? found : null;
}
