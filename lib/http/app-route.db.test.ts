import { beforeEach, expect, it } from "vitest";
import { GET as account } from "@/app/api/account/route";
import { GET as files, DELETE as removeFile } from "@/app/api/files/route";
import { GET as shares } from "@/app/api/shares/sent/route";
import type { SessionPrincipal } from "@/lib/core/principal";
import { createAppPassword } from "@/lib/identity/app-passwords";
import { getSite } from "@/lib/sites/sites";
import { makeAppPassword, makeUser, programRequest, requestOf } from "@/tests/make";
import { makeFile } from "@/tests/make-files";

let alice: SessionPrincipal;
beforeEach(async () => {
  alice = await makeUser({ userName: "alice", isAdmin: true });
  await makeFile(alice, "/a.txt");
});

const told = async (answer: Promise<Response>) => {
  const response = await answer;
  const { code } = await response.json().catch(() => ({}));
  return [response.status, code];
};

it("lets a program in with Basic or Bearer, without a cookie and from no page", async () => {
  const authorization = await makeAppPassword(alice, ["files"]);
  const { secret } = await createAppPassword(alice, { name: "x", scopes: ["files"], expiresAt: null });

  for (const sent of [authorization, `Bearer ${secret}`]) {
    const listed = await files(await programRequest(alice, sent, "/api/files?path=/"));
    expect(await listed.json()).toMatchObject({ items: [{ name: "a.txt" }] });
  }
  const gone = await removeFile(await programRequest(alice, authorization, "/api/files?path=/a.txt", "DELETE"));
  expect(gone.ok).toBe(true);
});

it("keeps it to what it is for, and away from the account", async () => {
  const authorization = await makeAppPassword(alice, ["files"]);

  expect(await told(shares(await programRequest(alice, authorization, "/api/shares/sent")))).toEqual([
    403,
    "APP_PASSWORD_NOT_FOR_THIS",
  ]);
  expect(await told(account(await programRequest(alice, authorization, "/api/account")))).toEqual([
    401,
    "NOT_SIGNED_IN",
  ]);
});

it("tells a program that its password is wrong, and how to prove itself; a browser hears nothing of that", async () => {
  const wrong = `Basic ${Buffer.from("alice:app_wrong").toString("base64")}`;
  const ofPerson = `Basic ${Buffer.from("alice:correct horse battery").toString("base64")}`;

  for (const authorization of [wrong, ofPerson]) {
    const refused = await files(await programRequest(alice, authorization, "/api/files?path=/"));
    expect(refused.headers.get("www-authenticate")).toContain("Basic realm=");
    expect(await refused.json()).toMatchObject({ status: 401, code: "APP_PASSWORD_WRONG" });
  }
  const signedOut = await files(await requestOf(alice, "/api/files?path=/", { headers: { cookie: "" } }));
  expect(signedOut.status).toBe(401);
  expect(signedOut.headers.get("www-authenticate")).toBeNull();
});

it("lets the session count beside what a proxy asks for", async () => {
  const headers = { authorization: `Basic ${Buffer.from("staff:proxy").toString("base64")}` };

  const listed = await files(await requestOf(alice, "/api/files?path=/", { headers }));

  expect(listed.status).toBe(200);
});

it.each([
  [{ origin: "https://evil.example.org" }],
  [{ "sec-fetch-site": "cross-site" }],
  [{ "sec-fetch-site": "same-site" }],
])("changes nothing for a page of another origin, though the browser knows an app password: %o", async (headers) => {
  const request = await programRequest(
    alice,
    await makeAppPassword(alice, ["files"]),
    "/api/files?path=/a.txt",
    "DELETE",
  );
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);

  expect(await told(removeFile(request))).toEqual([403, "CROSS_ORIGIN"]);
});

it("knows none of another site", async () => {
  const authorization = await makeAppPassword(alice, ["files"]);
  const bob = await makeUser();

  const refused = files(await programRequest(bob, authorization, "/api/files?path=/"));

  expect((await getSite(bob.siteId)).id).not.toBe(alice.siteId);
  expect(await told(refused)).toEqual([401, "APP_PASSWORD_WRONG"]);
});
