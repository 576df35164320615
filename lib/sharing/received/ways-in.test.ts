import { expect, it } from "vitest";
import type { WayIn } from "@/prisma/generated/client";
import { showing, wayOf, waysInto } from "./ways-in";

const share = { requirements: [] as string[], webdavUri: "s1", wayIn: null as WayIn | null };
const exchanging = { capabilities: ["exchange-token"], mustExchange: false };
const plain = { capabilities: [], mustExchange: false };

it.each([
  ["at a cloud that exchanges", {}, exchanging, ["token", "bearer", "basic"]],
  ["at one that does not", {}, plain, ["bearer", "basic"]],
  ["of the older form", { webdavUri: "" }, plain, ["basic", "bearer"]],
  ["of the older form, at a cloud that exchanges by now", { webdavUri: "" }, exchanging, ["basic", "token", "bearer"]],
  ["that was opened otherwise before", { wayIn: "basic" as const }, exchanging, ["basic", "token", "bearer"]],
  ["that was opened by what its cloud knows no more", { wayIn: "token" as const }, plain, ["bearer", "basic"]],
])("a share %s is tried in this order", (_name, changes, cloud, ways) => {
  expect(waysInto({ ...share, ...changes }, cloud)).toEqual(ways);
});

it.each([
  [{}, exchanging],
  [{ wayIn: "bearer" as const }, plain],
  [{ webdavUri: "" }, plain],
])("a share that asks for the exchange is opened by a token alone: %j", (changes, cloud) => {
  const asking = { ...share, requirements: ["must-exchange-token"], ...changes };

  expect(waysInto(asking, cloud)).toEqual(["token"]);
});

it("where the administrators ask for the exchange, no secret is tried that was not in use", () => {
  const asking = (changes: object, capabilities: string[]) =>
    waysInto({ ...share, ...changes }, { capabilities, mustExchange: true });

  expect(asking({}, ["exchange-token"])).toEqual(["token"]);
  expect(asking({}, [])).toEqual(["bearer"]);
  expect(asking({ webdavUri: "" }, ["exchange-token"])).toEqual(["basic", "token"]);
  expect(asking({ wayIn: "bearer" }, ["exchange-token"])).toEqual(["bearer", "token"]);
});

it("what was shown tells the way", () => {
  expect(showing("s3cret", "basic")).toBe("Basic czNjcmV0Og==");
  for (const way of ["bearer", "basic"] as const) expect(wayOf(showing("s3cret", way), "s3cret")).toBe(way);
  expect(wayOf("Bearer another", "s3cret")).toBe("token");
});
