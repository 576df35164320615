import { expect, it } from "vitest";
import { findAppCredentials } from "./app-credentials";

const SECRET = "app_abcd-efgh-jkmn-pqrs-tvwx-yz23-4567";
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

it.each([
  ["Basic with a user name", basic(`alice:${SECRET}`), { login: "alice", password: SECRET }],
  ["Basic with a mail address", basic(`alice@example.org:${SECRET}`), { login: "alice@example.org", password: SECRET }],
  ["Basic without a name", basic(`:${SECRET}`), { login: "", password: SECRET }],
  ["Basic in capitals", basic("ünï:APP_ABCD").replace("Basic", "BASIC"), { login: "ünï", password: "APP_ABCD" }],
  ["Bearer", `Bearer ${SECRET}`, { login: null, password: SECRET }],
])("reads %s", (_name, header, credentials) => {
  expect(findAppCredentials(header)).toEqual(credentials);
});

it.each([
  ["nothing", undefined],
  ["an empty header", ""],
  ["another scheme", `Digest ${SECRET}`],
  ["the password of a person", basic("alice:correct horse battery")],
  ["Basic without a colon", basic(SECRET)],
  ["another bearer", "Bearer shr_abc"],
  ["two of them", `Bearer ${SECRET}, Bearer ${SECRET}`],
])("sees no app password in %s", (_name, header) => {
  expect(findAppCredentials(header)).toBeNull();
});
