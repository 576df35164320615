import { generateKeyPairSync, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { db } from "@/lib/core/db";
import { ocmRoute, requireSigner } from "@/lib/http/ocm-route";
import type { Site } from "@/lib/sites/sites";
import { makeSite } from "@/tests/make";
import { type FakePeer, type SignOptions, startPeer } from "@/tests/peer";

let site: Site;
let peer: FakePeer;
let effects = 0;

/** A handler with an effect that can be counted. */
const POST = ocmRoute(
  z.object({ note: z.string(), as: z.string().optional() }),
  async ({ site, peer, body, remember }) => {
    requireSigner(peer, body.as ?? peer.provider);
    const answer = { received: body.note, effects: ++effects };
    await db().$transaction(async (tx) => {
      await tx.auditEntry.create({
        data: { siteId: site.id, actor: peer.provider, action: "tested", subject: body.note },
      });
      await remember(tx, { status: 201, body: answer });
    });
    return Response.json(answer, { status: 201 });
  },
);

const post = (message: unknown, options?: SignOptions) => POST(peer.request(site, "/ocm/test", message, options));
const countEffects = () => db().auditEntry.count();

beforeEach(async () => {
  effects = 0;
  site = await makeSite();
  peer = await startPeer();
});
afterEach(() => peer.stop());

it("takes what another cloud signed, and keeps what it learned of it", async () => {
  const response = await post({ note: "hello" });

  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({ received: "hello", effects: 1 });
  const known = await db().provider.findFirstOrThrow({ where: { provider: peer.provider } });
  expect(known).toMatchObject({ standing: "unlisted", failure: null, lastSeenAt: expect.any(Date) });
});

it("takes what was signed for its public address, and nothing for the one that a proxy forwards to", async () => {
  const inner = { id: site.id, origin: "http://localhost:3000" }; // where the request arrives in either case

  const forPublic = await POST(peer.request(site, "/ocm/test", { note: "hello" }));
  const forInner = await POST(peer.request(inner, "/ocm/test", { note: "hello" }));

  expect([forPublic.status, forInner.status]).toEqual([201, 401]);
  expect(await countEffects()).toBe(1);
});

describe("refuses with one and the same answer", () => {
  const cases: Record<string, (request: Request) => Request | Promise<Request>> = {
    "an unsigned request": (request) => without(request, "signature", "signature-input"),
    "a changed body": (request) => new Request(request, { body: '{"note":"evil!"}' }),
    "a digest of another body": (request) => withHeader(request, "content-digest", `sha-256=:${"A".repeat(43)}=:`),
    "a signature under two labels": (request) => doubled(request),
    "another path than was signed": (request) => new Request(`${site.origin}/ocm/other`, request),
  };

  it.each(Object.entries(cases))("%s", async (_name, change) => {
    const request = peer.request(site, "/ocm/test", { note: "hello" });

    const response = await POST(await change(request));

    await expectRefusal(response);
  });

  const options: Record<string, () => SignOptions> = {
    "a stale signature": () => ({ created: Math.floor(Date.now() / 1000) - 400 }),
    "a signature from the future": () => ({ created: Math.floor(Date.now() / 1000) + 120 }),
    "a signature that does not cover the body": () => ({ components: ["@method", "@target-uri", "content-length"] }),
    "our own name": () => ({ keyid: `${site.provider}#key-1` }),
  };

  it.each(Object.entries(options))("%s", async (_name, given) => {
    await expectRefusal(await post({ note: "hello" }, given()));
  });

  it("another key than the one that the cloud publishes", async () => {
    await post({ note: "first" });
    peer.changeKey();

    await expectRefusal(await post({ note: "second" }), 1);
  });

  async function expectRefusal(response: Response, before = 0): Promise<void> {
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: "SIGNATURE_INVALID", validationErrors: [] });
    expect(await countEffects()).toBe(before);
  }
});

it("keeps no row of a cloud in whose name nothing was signed that holds, and does not ask it each time", async () => {
  const forger = await startPeer();
  const forged = () => POST(forger.request(site, "/ocm/test", { note: "hello" }, { keyid: `${peer.provider}#key-1` }));

  const statuses = [(await forged()).status, (await forged()).status];

  await forger.stop();
  expect(statuses).toEqual([401, 401]);
  expect(await db().provider.count()).toBe(0);
  expect((await post({ note: "hello" })).status).toBe(201);
  expect(await db().provider.findFirst()).toMatchObject({ discovery: expect.anything(), keys: [expect.anything()] });
  expect(peer.requestsTo("/.well-known/ocm")).toHaveLength(1);
});

it("does not take for failing a cloud that has no keys, whoever signs in its name, and does not ask it each time", async () => {
  peer.document.jwksUri = "";
  await db().provider.create({ data: { siteId: site.id, provider: peer.provider } });

  const statuses = [(await post({ note: "one" })).status, (await post({ note: "two" })).status];

  expect(statuses).toEqual([503, 503]);
  expect(peer.requestsTo("/.well-known/jwks.json")).toHaveLength(1);
  expect(await db().provider.findFirst()).toMatchObject({ discovery: expect.anything(), failure: null });
});

it("asks for the keys again when a signature does not fit, but not at once after it asked", async () => {
  await post({ note: "first" });
  peer.changeKey("key-2");
  const tooEarly = await post({ note: "second" });
  await db().provider.updateMany({ data: { keysFetchedAt: new Date(Date.now() - 31_000) } });

  const later = await post({ note: "third" });

  expect([tooEarly.status, later.status]).toEqual([401, 201]);
  expect(peer.requestsTo("/ocm/jwks")).toHaveLength(2);
});

describe("what is known of a cloud that signs", () => {
  const age = (hours: number) => {
    const then = new Date(Date.now() - hours * 3_600_000);
    return db().provider.updateMany({ data: { discoveredAt: then, keysFetchedAt: then } });
  };
  /** With what it is asked for then. */
  const ways: [string, () => void, string[]][] = [
    ["today", () => {}, ["/.well-known/ocm", "/ocm/jwks"]],
    ["after the older draft", () => peer.signAsBefore(), ["/.well-known/ocm"]],
  ];
  const questions = () => peer.requests.length;
  const soon = { timeout: 10_000 };
  const status = async () => (await post({ note: randomUUID() })).status;

  it.each(ways)("counts without a question for an hour: %s", async (_name, begin) => {
    begin();
    await post({ note: "first" });
    await age(0.9);
    const before = questions();

    expect([await status(), questions()]).toEqual([201, before]);
  });

  it.each(ways)(
    "counts for a day while its cloud is asked behind, which nobody waits for: %s",
    async (_name, begin, asked) => {
      begin();
      await post({ note: "first" });
      await age(23);
      const before = questions();
      let answer = () => {};
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      peer.on("/.well-known/ocm", async () => {
        await answered;
        return { json: peer.document };
      });

      const statuses = [await status(), await status()];

      await expect.poll(questions, soon).toBe(before + 1);
      const time = asked.length > 1 ? "keysFetchedAt" : "discoveredAt"; // what is found last
      const known = async () => Number((await db().provider.findFirstOrThrow())[time]);
      const then = await known();
      answer();
      await expect.poll(known, soon).toBeGreaterThan(then + 3_600_000);
      expect(statuses).toEqual([201, 201]);
      expect(peer.requests.slice(before).map(({ path }) => path)).toEqual(asked); // of both messages
    },
  );

  it.each(ways)(
    "is asked for once by all that does not hold and comes at the same time: %s",
    async (_name, begin, asked) => {
      begin();
      await post({ note: "first" });
      await age(2);
      const before = questions();
      const forged = async () => {
        const request = peer.request(site, "/ocm/test", { note: randomUUID() });
        return (await POST(new Request(`${site.origin}/ocm/other`, request))).status;
      };

      expect(await Promise.all([forged(), forged(), forged()])).toEqual([401, 401, 401]);

      expect(peer.requests.slice(before).map(({ path }) => path)).toEqual(asked);
    },
  );

  it("counts for a day though its keys cannot be had, for which it is asked only now and then", async () => {
    await post({ note: "first" });
    peer.on("/ocm/jwks", { status: 503, json: {} });
    await age(23);
    const before = await status();
    const failure = async () => (await db().provider.findFirstOrThrow()).failure;
    await expect.poll(failure, soon).toMatch(/keys/);

    expect([before, await status(), await status()]).toEqual([201, 201, 201]);
    expect(peer.requestsTo("/ocm/jwks")).toHaveLength(2);
  });

  const off = () => {
    peer.document.enabled = false;
  };
  it.each<[string, () => void, () => void]>([
    ["that it has switched federation off", () => {}, off],
    ["that it has switched federation off, after the older draft", () => peer.signAsBefore(), off],
    ["that it has no keys there", () => {}, () => peer.on("/ocm/jwks", { status: 404, json: {} })],
    ["with a page for people instead of keys", () => {}, () => peer.on("/ocm/jwks", { text: "<html>" })],
  ])("counts no more than an hour once its cloud answers %s, and is not forgotten", async (_name, begin, withdraw) => {
    begin();
    await post({ note: "first" });
    const { keys } = await db().provider.findFirstOrThrow();
    withdraw();
    await age(2);

    expect(await status()).toBe(201);

    await expect.poll(status, soon).toBe(503);
    expect(await db().provider.findFirst()).toMatchObject({ keys, discovery: expect.anything() });
  });

  it.each(ways)(
    "counts for a day though its cloud cannot be asked, which is noted, and not beyond: %s",
    async (_n, begin) => {
      begin();
      await post({ note: "first" });
      peer.on("/.well-known/ocm", { status: 500, json: {} });
      await age(23);
      const statuses = [await status(), await status()];
      const failed = () => db().providerDay.aggregate({ _sum: { failed: true } });
      await expect.poll(failed, soon).toEqual({ _sum: { failed: 1 } });
      await age(25);

      expect([...statuses, await status()]).toEqual([201, 201, 503]);
      expect(await countEffects()).toBe(3);
    },
  );

  it("counts no more once its cloud shows another key, however the first one signs", async () => {
    const removed = () => peer.request(site, "/ocm/test", { note: "by the removed one" });
    await post({ note: "first" });
    const [stale, later] = [removed(), removed()];
    peer.changeKey("key-2");
    await age(2);
    const before = (await POST(stale)).status;
    const kids = async () => (await db().provider.findFirstOrThrow()).keys;
    await expect.poll(kids, soon).toEqual([expect.objectContaining({ kid: "key-2" })]);

    expect([before, (await POST(later)).status, await status()]).toEqual([201, 401, 201]);
  });

  it("says nothing of an unknown key, for which its cloud is asked before the answer", async () => {
    await post({ note: "first" });
    await age(2);
    peer.changeKey("key-2");
    const moved = await status();
    await age(2);
    peer.changeKey("key-3");
    peer.on("/.well-known/ocm", { status: 500, json: {} });

    const unverifiable = await post({ note: "third" });

    expect([moved, unverifiable.status, unverifiable.headers.get("retry-after")]).toEqual([201, 503, "60"]);
    expect(await countEffects()).toBe(2);
  });

  it("is replaced behind by what shows newer keys, and the older draft is believed no more", async () => {
    peer.signAsBefore();
    await post({ note: "first" });
    await age(2);
    peer.document.capabilities = ["http-sig"];
    const before = await status();
    const shows = async () => (await db().provider.findFirstOrThrow()).discovery;
    await expect.poll(shows, soon).toMatchObject({ capabilities: ["http-sig"] });

    expect([before, await status()]).toEqual([201, 401]);
  });
});

describe("a cloud that signs after the older draft", () => {
  beforeEach(() => peer.signAsBefore());
  const age = (seconds: number) =>
    db().provider.updateMany({ data: { discoveredAt: new Date(Date.now() - seconds * 1000) } });
  const refusal = { message: "SIGNATURE_INVALID", validationErrors: [] };

  it("is believed by the key in its discovered document", async () => {
    const statuses = [(await post({ note: "one" })).status, (await post({ note: "two" })).status];

    expect(statuses).toEqual([201, 201]);
    expect(peer.requestsTo("/.well-known/ocm")).toHaveLength(1);
    expect(await db().provider.findFirst()).toMatchObject({ provider: peer.provider, failure: null });
  });

  it("is asked for its document again when a signature does not fit, but not at once after it was asked", async () => {
    await post({ note: "first" });
    peer.signAsBefore();
    const tooEarly = await post({ note: "second" });
    await age(31);

    const later = await post({ note: "third" });

    expect([tooEarly.status, later.status]).toEqual([401, 201]);
    expect(peer.requestsTo("/.well-known/ocm")).toHaveLength(2);
  });

  const changes: [string, (request: Request) => Request][] = [
    ["a changed body", (request) => new Request(request, { body: '{"note":"evil!"}' })],
    ["a digest of another body", (request) => withHeader(request, "digest", `SHA-256=${"A".repeat(43)}=`)],
    ["another path than was signed", (request) => new Request(`${site.origin}/ocm/other`, request)],
    ["another date", (request) => withHeader(request, "date", new Date(Date.now() - 60_000).toUTCString())],
  ];
  it.each(changes)("is refused with %s", async (_name, change) => {
    const response = await POST(change(peer.request(site, "/ocm/test", { note: "hello" })));

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual(refusal);
    expect(await countEffects()).toBe(0);
  });

  it("is refused when the signature is stale, or made in the name of another cloud", async () => {
    const other = await startPeer();
    other.signAsBefore();

    const stale = await post({ note: "hello" }, { created: Math.floor(Date.now() / 1000) - 400 });
    const forged = await post({ note: "hello" }, { keyid: `${other.origin}/ocm#signature` });

    await other.stop();
    expect([stale.status, forged.status]).toEqual([401, 401]);
    expect(await db().provider.count()).toBe(0);
  });

  it.each([
    ["lists the newer signatures", { capabilities: ["http-sig"] }],
    ["says where its newer keys are", { jwksUri: "/ocm/jwks" }],
  ])("is not believed if its document %s", async (_name, more) => {
    Object.assign(peer.document, more);

    const response = await post({ note: "hello" });

    expect(response.status).toBe(401);
    expect(await response.json()).toEqual(refusal);
  });

  it("is not believed after it has shown newer keys", async () => {
    await post({ note: "first" });
    await db().provider.updateMany({ data: { keys: [{ kty: "OKP", kid: "key-1" }] } });

    expect((await post({ note: "second" })).status).toBe(401);
  });

  it("cannot be asked: says so and changes nothing", async () => {
    peer.on("/.well-known/ocm", { status: 500, json: {} });

    const response = await post({ note: "hello" });

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ message: "PEER_UNVERIFIABLE" });
  });

  it("gets the first answer again when it repeats a request", async () => {
    const options = { created: Math.floor(Date.now() / 1000) };
    const [first, second] = [await post({ note: "hello" }, options), await post({ note: "hello" }, options)];

    expect(await second.json()).toEqual(await first.json());
    expect(await countEffects()).toBe(1);
  });
});

describe("when the signer cannot be asked", () => {
  it.each([
    ["its discovery is garbage", () => peer.on("/.well-known/ocm", { text: "<html>" })],
    ["its discovery fails", () => peer.on("/.well-known/ocm", { status: 500, json: {} })],
    ["its keys point to another host", () => Object.assign(peer.document, { jwksUri: "http://127.0.0.1:1/jwks" })],
    ["its keys fail", () => peer.on("/ocm/jwks", { status: 500, json: {} })],
    [
      "its discovery redirects",
      () => peer.on("/.well-known/ocm", { status: 302, headers: { location: "/elsewhere" } }),
    ],
    ["it is away", () => peer.stop()],
  ])("says so and changes nothing: %s", async (_name, breakIt) => {
    await breakIt();

    const response = await post({ note: "hello" });

    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("60");
    expect(await response.json()).toMatchObject({ message: "PEER_UNVERIFIABLE" });
    expect(await countEffects()).toBe(0);
  });
});

it("refuses a text that no database stores as a mistake of the other cloud", async () => {
  const response = await post({ note: "hello\0" });

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ message: "TEXT_INVALID" });
});

describe("a repeated request", () => {
  it("is refused when it carries a nonce", async () => {
    await post({ note: "hello" }, { nonce: "once" });

    const again = await post({ note: "hello" }, { nonce: "once" });

    expect(again.status).toBe(401);
    expect(await countEffects()).toBe(1);
  });

  it("gets the first answer again when it carries none", async () => {
    const options = { nonce: null, created: Math.floor(Date.now() / 1000) };
    await post({ note: "hello" }, options);

    const again = await post({ note: "hello" }, options);

    expect(again.status).toBe(201);
    expect(await again.json()).toEqual({ received: "hello", effects: 1 });
    expect(await countEffects()).toBe(1);
  });

  it("is known even when its signature was made anew, as anybody can who has one of ECDSA", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: `${peer.provider}#key-1`, alg: "ES256" };
    peer.on("/ocm/jwks", { json: { keys: [jwk] } });
    const options = { nonce: null, created: Math.floor(Date.now() / 1000), ecdsaKey: privateKey };
    const [first, second] = [1, 2].map(() => peer.request(site, "/ocm/test", { note: "hello" }, options));
    expect(first?.headers.get("signature")).not.toBe(second?.headers.get("signature"));

    const answers = [await POST(first as Request), await POST(second as Request)];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(await countEffects()).toBe(1);
  });

  it("has one effect when both come at once", async () => {
    const options = { nonce: null, created: Math.floor(Date.now() / 1000) };
    const twice = await Promise.all([1, 2].map(() => post({ note: "hello" }, options)));

    const [one, two] = await Promise.all(twice.map((response) => response.json()));

    expect(one).toEqual(two);
    expect(await countEffects()).toBe(1);
  });
});

describe("policy", () => {
  it.each(["listed", "unblocked"] as const)("a blocked cloud is refused under the rule %s", async (rule) => {
    await db().site.update({ where: { id: site.id }, data: { providerRule: rule } });
    await db().provider.create({ data: { siteId: site.id, provider: peer.provider, standing: "blocked" } });

    const response = await post({ note: "hello" });

    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ message: "PROVIDER_NOT_TRUSTED" });
    expect(await countEffects()).toBe(0);
    expect(peer.requests).toEqual([]);
  });

  it("only listed clouds pass when only listed ones may", async () => {
    await db().site.update({ where: { id: site.id }, data: { providerRule: "listed" } });
    const before = await post({ note: "hello" });
    const asked = peer.requests.length;
    await db().provider.create({ data: { siteId: site.id, provider: peer.provider, standing: "listed" } });

    const after = await post({ note: "hello" });

    expect([before.status, asked, after.status]).toEqual([403, 0, 201]);
  });
});

describe("the message", () => {
  it.each([
    ["is too large", { note: "x".repeat(66_000) }, 413, "BODY_TOO_LARGE"],
    ["is too deep", `{"note":${"[".repeat(17)}${"]".repeat(17)}}`, 400, "JSON_TOO_DEEP"],
    ["is no JSON", "{", 400, "JSON_INVALID"],
    ["has a wrong type", { note: 7 }, 400, "VALIDATION_FAILED"],
    ["speaks for another cloud", { note: "x", as: "other.example.org" }, 403, "SIGNER_MISMATCH"],
  ])("is refused when it %s", async (_name, message, status, code) => {
    const response = await post(message);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ message: code });
    expect(await countEffects()).toBe(0);
  });

  it("names the field that does not fit", async () => {
    const response = await post({ note: 7 });

    expect(await response.json()).toMatchObject({ validationErrors: [{ name: "note", message: expect.any(String) }] });
  });

  it("may be a form", async () => {
    const response = await post("note=hello+you", { contentType: "application/x-www-form-urlencoded" });

    expect(await response.json()).toMatchObject({ received: "hello you" });
  });

  it("has no query", async () => {
    const response = await POST(new Request(`${site.origin}/ocm/test?x=1`, peer.request(site, "/ocm/test", {})));

    expect(response.status).toBe(400);
  });
});

/** As if so many had come in this minute. */
const alreadyCame = (key: string, count: number) =>
  db().rateCount.create({ data: { siteId: site.id, key, windowStart: new Date(), count } });

it("limits the requests of one address", async () => {
  const headers = { "x-tessera-site": site.id, "x-tessera-address": "192.0.2.7" };
  const ask = async () => (await POST(new Request(`${site.origin}/ocm/test`, { method: "POST", headers }))).status;
  await alreadyCame("ocm:address:192.0.2.7", 299);

  expect([await ask(), await ask()]).toEqual([401, 429]);
});

it("limits what another site of this installation asks by its name, not by the address that all of them share", async () => {
  const ask = async () => {
    const request = withHeader(peer.request(site, "/ocm/test", { note: "hello" }), "x-tessera-within", "1");
    return (await POST(withHeader(request, "x-tessera-address", "127.0.0.1"))).status;
  };
  await alreadyCame("ocm:address:127.0.0.1", 300);
  await alreadyCame(`ocm:peer:${peer.provider}`, 599);

  expect([await ask(), await ask()]).toEqual([201, 429]);
});

function without(request: Request, ...names: string[]): Request {
  const headers = new Headers(request.headers);
  for (const name of names) headers.delete(name);
  return new Request(request, { headers });
}

function withHeader(request: Request, name: string, value: string): Request {
  const headers = new Headers(request.headers);
  headers.set(name, value);
  return new Request(request, { headers });
}

function doubled(request: Request): Request {
  const input = request.headers.get("signature-input") ?? "";
  const value = request.headers.get("signature") ?? "";
  const second = withHeader(request, "signature-input", `${input}, ${input.replace(/^ocm=/, "two=")}`);
  return withHeader(second, "signature", `${value}, ${value.replace(/^ocm=/, "two=")}`);
}
