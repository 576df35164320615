import { expect, it } from "vitest";
import type { WayIn } from "@/prisma/generated/client";
import { showing, tokenOf, wayOf, waysInto } from "./ways-in";

const HOUR = 3_600_000;
const share = {
  requirements: [] as string[],
  webdavUri: "s1",
  accessTokenEncrypted: null as string | null,
  wayIn: null as WayIn | null,
  wayInAt: null as Date | null,
};
/** Opened by that, so long ago. */
const by = (wayIn: WayIn, hours = 1) => ({ wayIn, wayInAt: new Date(Date.now() - hours * HOUR) });
const hadToken = { accessTokenEncrypted: "a token, sealed" };
const exchanging = { capabilities: ["exchange-token"], mustExchange: false, isElsewhere: false };
const plain = { ...exchanging, capabilities: [] };

it.each([
  ["at a cloud that exchanges", {}, exchanging, ["token", "bearer", "basic"]],
  ["at one that does not", {}, plain, ["bearer", "basic"]],
  ["of the older form", { webdavUri: "" }, plain, ["basic", "bearer"]],
  ["of the older form, at a cloud that exchanges by now", { webdavUri: "" }, exchanging, ["basic", "token", "bearer"]],
  ["that was opened otherwise before", by("basic"), exchanging, ["basic", "token", "bearer"]],
  ["that was opened otherwise more than a day before", by("basic", 25), exchanging, ["token", "basic", "bearer"]],
  ["that was so where its cloud tells no exchange", by("basic", 25), plain, ["basic", "bearer"]],
  ["that was opened by a token long before", by("token", 25), exchanging, ["token", "bearer", "basic"]],
  ["that was opened by a token its cloud shows no more", by("token"), plain, ["token", "bearer", "basic"]],
  ["that had a token of a cloud that shows it no more", hadToken, plain, ["token", "bearer", "basic"]],
  ["at another host, of a cloud that exchanges", by("bearer"), { ...exchanging, isElsewhere: true }, ["token"]],
  ["at another host, that had a token", hadToken, { ...plain, isElsewhere: true }, ["token"]],
  ["at another host, of a cloud that never exchanged", {}, { ...plain, isElsewhere: true }, ["bearer", "basic"]],
])("a share %s is tried in this order", (_name, changes, cloud, ways) => {
  expect(waysInto({ ...share, ...changes }, cloud)).toEqual(ways);
});

it.each([
  [{}, exchanging],
  [by("bearer"), plain],
  [{ webdavUri: "" }, plain],
])("a share that asks for the exchange is opened by a token alone: %j", (changes, cloud) => {
  const asking = { ...share, requirements: ["must-exchange-token"], ...changes };

  expect(waysInto(asking, cloud)).toEqual(["token"]);
});

it("where the administrators ask for the exchange, no secret is tried that was not in use", () => {
  const asking = (changes: object, capabilities: string[]) =>
    waysInto({ ...share, ...changes }, { capabilities, mustExchange: true, isElsewhere: false });

  expect(asking({}, ["exchange-token"])).toEqual(["token"]);
  expect(asking({}, [])).toEqual(["bearer"]);
  expect(asking({ webdavUri: "" }, ["exchange-token"])).toEqual(["basic", "token"]);
  expect(asking(by("bearer"), ["exchange-token"])).toEqual(["bearer", "token"]);
  expect(asking(by("bearer", 25), ["exchange-token"])).toEqual(["token", "bearer"]);
  for (const having of [hadToken, by("token")]) expect(asking(having, [])).toEqual(["token"]);
});

it("what was shown tells the way", () => {
  expect(showing("s3cret", "basic")).toBe("Basic czNjcmV0Og==");
  for (const way of ["bearer", "basic"] as const) expect(wayOf(showing("s3cret", way), "s3cret")).toBe(way);
  expect(wayOf("Bearer another", "s3cret")).toBe("token");
  expect(tokenOf(showing("another", "token"))).toBe("another");
});
