import { expect, it } from "vitest";
import { z } from "zod";
import { GET as ofNothing } from "@/app/api/[[...path]]/route";
import { db } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import { limitOften } from "@/lib/limits/limit-often";
import { makeSite, makeUser, requestOf } from "@/tests/make";
import { route } from "./route";

const Body = z.object({ name: z.string() });
const greet = route({ body: Body }, async ({ user, body }) => Response.json({ hello: body.name, from: user.userName }));
const post = { method: "POST", body: { name: "bob" } };

it("hands over who asks and what is asked", async () => {
  const alice = await makeUser({ userName: "alice" });

  const answer = await greet(await requestOf(alice, "/api/x", post));

  expect(await answer.json()).toEqual({ hello: "bob", from: "alice" });
});

it("takes query and parameters as their schemas make them", async () => {
  const alice = await makeUser();
  const handler = route(
    { query: z.object({ n: z.coerce.number() }), params: z.object({ id: z.string() }) },
    async ({ query, params }) => Response.json({ n: query.n + 1, id: params.id }),
  );

  const answer = await handler(await requestOf(alice, "/api/x/7?n=1"), { params: Promise.resolve({ id: "7" }) });

  expect(await answer.json()).toEqual({ n: 2, id: "7" });
});

it("asks for a session, and for one that lives", async () => {
  const alice = await makeUser();
  const request = () => requestOf(alice, "/api/x", post);
  const withoutCookie = await requestOf(alice, "/api/x", { ...post, headers: { cookie: "" } });

  expect(await codeOf(greet(withoutCookie))).toBe("NOT_SIGNED_IN");
  expect((await greet(await request())).status).toBe(200);
  await db().session.deleteMany({ where: { siteId: alice.siteId } });
  expect(await codeOf(greet(await request()))).toBe("NOT_SIGNED_IN");
});

it("says in our own words that there is nothing at an address", async () => {
  const answer = await ofNothing(await requestOf(await makeUser(), "/api/nothing/here"));

  expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
  expect(await answer.json()).toMatchObject({ code: "NO_SUCH_PATH", status: 404 });
});

it("takes no cookie of another site", async () => {
  const alice = await makeUser();
  const other = await makeSite();
  const request = await requestOf(alice, "/api/x", { ...post, headers: { "x-tessera-site": other.id } });

  expect(await codeOf(greet(request))).toBe("CROSS_ORIGIN");
  const read = await requestOf(alice, "/api/x", { headers: { "x-tessera-site": other.id } });
  expect(await codeOf(route({}, async () => new Response())(read))).toBe("NOT_SIGNED_IN");
});

it.each([
  [{ origin: "https://evil.example.org" }, "CROSS_ORIGIN"],
  [{ origin: "" }, "CROSS_ORIGIN"],
  [{ "sec-fetch-site": "cross-site" }, "CROSS_ORIGIN"],
  [{ "sec-fetch-site": "same-site" }, "CROSS_ORIGIN"],
  [{ "sec-fetch-site": "same-origin", origin: "" }, undefined],
])("refuses writes that other origins make: %o", async (headers, code) => {
  const alice = await makeUser();

  expect(await codeOf(greet(await requestOf(alice, "/api/x", { ...post, headers })))).toBe(code);
});

it("lets whoever must change the password do only that", async () => {
  const alice = await makeUser();
  await db().user.updateMany({ where: { siteId: alice.siteId }, data: { mustChangePassword: true } });
  const change = route({ withAnyPassword: true }, async () => new Response(null, { status: 204 }));

  expect(await codeOf(greet(await requestOf(alice, "/api/x", post)))).toBe("PASSWORD_CHANGE_REQUIRED");
  expect((await change(await requestOf(alice, "/api/x", { method: "POST" }))).status).toBe(204);
});

it("refuses a body over 1 MB, and one that is not JSON", async () => {
  const alice = await makeUser();
  const big = await requestOf(alice, "/api/x", { method: "POST", body: { name: "x".repeat(1_100_000) } });
  const broken = new Request(await requestOf(alice, "/api/x", post), { method: "POST", body: "{" });

  expect(await codeOf(greet(big))).toBe("BODY_TOO_LARGE");
  const nul = await requestOf(alice, "/api/x", { method: "POST", body: { name: "bob\0" } });

  expect(await codeOf(greet(broken))).toBe("JSON_INVALID");
  expect(await codeOf(greet(nul))).toBe("TEXT_INVALID");
});

it("lets nobody pass who has yet to show a second factor, but where that is asked for", async () => {
  const alice = await makeUser();
  await db().session.updateMany({ data: { awaitsSecondFactor: true } });
  const ask = async (spec: { halfSignedIn?: true; withAnyPassword?: true }) =>
    route(spec, async ({ user }) => Response.json(user?.userId))(await requestOf(alice, "/api/x"));

  expect([(await ask({})).status, (await ask({ withAnyPassword: true })).status]).toEqual([401, 401]);
  expect(await (await ask({ halfSignedIn: true })).json()).toBe(alice.userId);
});

it("limits what one person changes, and says when to go on", async () => {
  const alice = await makeUser();
  const handler = route({ limit: { name: "try", max: 1, seconds: 60 } }, async () => new Response());
  await handler(await requestOf(alice, "/api/x", { method: "POST" }));

  const answer = await handler(await requestOf(alice, "/api/x", { method: "POST" }));

  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
});

it("counts them together, whichever thing they change and however its address is written", async () => {
  const alice = await makeUser();
  const handler = route({ limit: { name: "try", max: 2, seconds: 60 } }, async () => new Response());
  const ask = async (path: string) => (await handler(await requestOf(alice, path, { method: "POST" }))).status;

  expect(await ask("/api/x/1")).toBe(200);
  expect(await ask("/api/x/2")).toBe(200);
  expect(await ask("/api/x/3")).toBe(429);
  expect(await ask("/api/x/1/")).toBe(429);
});

it("limits what one person reads too, but far above what people do", async () => {
  const alice = await makeUser();
  const read = async () => route({}, async () => new Response())(await requestOf(alice, "/api/x"));
  const count = () =>
    limitOften({ siteId: alice.siteId, key: `requests:user:${alice.userId}`, max: Number.POSITIVE_INFINITY });
  for (let n = 0; n < 19_999; n++) count();

  expect((await read()).status).toBe(200);
  expect((await read()).status).toBe(429);
});

it("gives an expected failure its status and code, and tells nothing of a bug", async () => {
  const alice = await makeUser();
  const failing = (error: Error) => route({}, () => Promise.reject(error));
  const ask = async (error: Error) => failing(error)(await requestOf(alice, "/api/x"));

  const expected = await ask(conflict("NAME_TAKEN", "It is taken."));
  const bug = await ask(new Error("password of the database"));

  expect(await expected.json()).toMatchObject({ status: 409, code: "NAME_TAKEN", detail: "It is taken." });
  expect(bug.status).toBe(500);
  const text = await bug.text();
  expect(text).toContain('"INTERNAL"');
  expect(text).not.toContain("database");
});

async function codeOf(answer: Promise<Response>): Promise<string | undefined> {
  const { code } = await (await answer).json();
  return code;
}
