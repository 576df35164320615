import { expect, test } from "./clouds";
import { knock } from "./knock";

// What a cloud tells of itself to whoever asks, over HTTP.
const PATHS = ["/.well-known/ocm", "/ocm-provider", "/ocm-provider/"];

test("a cloud describes itself on three paths, in the same words and without a redirect", async ({ clouds }) => {
  const { a } = clouds;

  const answers = await Promise.all(PATHS.map((path) => knock(a, { method: "GET", path })));

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  for (const { headers } of answers) expect(headers["content-type"]).toMatch(/^application\/json/);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  const protocols = { webdav: "/dav/ocm/", "webdav-receive": { uri: "relative" } };
  expect(answers[0]?.json).toMatchObject({
    enabled: true,
    apiVersion: "1.4.0",
    provider: "Cloud A",
    endPoint: `${a.origin}/ocm`,
    tokenEndPoint: `${a.origin}/ocm/token`,
    jwksUri: `${a.origin}/ocm/jwks`,
    inviteAcceptDialog: `${a.origin}/invite/accept`,
    resourceTypes: ["file", "folder"].map((name) => ({ name, shareTypes: ["user"], protocols })),
    capabilities: expect.arrayContaining(["exchange-token", "http-sig", "invites", "notifications"]),
  });
});

test("its public keys are where its description says, and where others look without one", async ({ clouds }) => {
  const named = await knock(clouds.a, { method: "GET", path: "/ocm/jwks" });
  const usual = await knock(clouds.a, { method: "GET", path: "/.well-known/jwks.json" });

  expect([named.status, usual.status]).toEqual([200, 200]);
  expect(usual.text).toBe(named.text);
  const { keys } = named.json as { keys: { alg: string }[] };
  expect(keys.map(({ alg }) => alg)).toEqual(["EdDSA", "ES256", "RS256"]);
  expect(keys[0]).toMatchObject({ kty: "OKP", crv: "Ed25519", kid: "key-1", x: expect.stringMatching(/^[\w-]{43}$/) });
  for (const key of keys) expect(key).not.toHaveProperty("d");
});

test("where other clouds send messages there is nothing to be read", async ({ clouds }) => {
  for (const path of ["/ocm/shares", "/ocm/token", "/ocm/invite-accepted", "/ocm/notifications"]) {
    const { status, headers, json } = await knock(clouds.a, { method: "GET", path });

    expect.soft([status, headers["allow"]], path).toEqual([405, "POST"]);
    expect.soft(json, path).toEqual({ message: "METHOD_NOT_ALLOWED", validationErrors: [] });
  }
});
