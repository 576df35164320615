import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import type { SignatureAlgorithm } from "./algorithms";
import { generateSigningKey, type PublicJwk, parseJwks, publicJwk, selectKey } from "./jwk";
import { fieldValue } from "./message";
import { readSignature } from "./read";
import { signRequest } from "./sign";
import { OPENCLOUDMESH_GO } from "./vectors/opencloudmesh-go";
import { verifyRequest } from "./verify";

const created = 1_795_304_284;
const now = new Date(created * 1000);
const keyid = "alpha.example.org#key-1";
const url = "https://beta.example.org/ocm/shares";
const body = Buffer.from('{"name":"hello.txt"}');
const privateKey = generateSigningKey();
const jwk = publicJwk(privateKey, keyid);

type Change = { [name: string]: string | undefined };
const sign = (change: Partial<Parameters<typeof signRequest>[0]> = {}) =>
  signRequest({ method: "POST", url, body, privateKey, keyid, created, nonce: "n-1", ...change });
const request = (headers: Change = {}, change: object = {}) => ({
  method: "POST",
  targetUri: url,
  headers: { "content-type": "application/json", ...sign(), ...headers },
  body,
  now,
  ...change,
});
const verify = (received: Parameters<typeof verifyRequest>[0], key: PublicJwk | null = jwk) =>
  verifyRequest(received, async () => key);
const refused = (reason: string) => ({ ok: false, reason });
/** The Signature-Input of our own request, rewritten. */
const input = (rewrite: (text: string) => string) => request({ "signature-input": rewrite(sign()["signature-input"]) });

describe("a request that we sign", () => {
  it("covers what OCM demands, under label and tag", () => {
    expect(sign()["signature-input"]).toBe(
      'ocm=("@method" "@target-uri" "content-digest" "content-length")' +
        `;created=${created};keyid="alpha.example.org#key-1";alg="ed25519";nonce="n-1";tag="ocm"`,
    );
  });

  it("is believed, and tells who signed", async () => {
    expect(await verify(request())).toEqual({
      ok: true,
      keyid,
      algorithm: "ed25519",
      provider: "alpha.example.org",
      created,
      nonce: "n-1",
      replayKey: "nonce:n-1",
    });
  });

  it("covers a date when there is one", async () => {
    const headers = { date: "Tue, 20 Apr 2021 02:07:55 GMT" };
    const signed = { ...headers, ...sign({ headers }) };

    expect(signed["signature-input"]).toContain('"content-length" "date")');
    expect(await verify(request(signed))).toMatchObject({ ok: true });
    expect(await verify(request({ ...signed, date: "Tue, 20 Apr 2021 02:07:56 GMT" }))).toEqual(
      refused("signature-wrong"),
    );
    expect(await verify(request({ ...signed, date: undefined }))).toEqual(refused("component-missing"));
  });

  it("without a body signs a digest of nothing", async () => {
    const empty = Buffer.alloc(0);
    const signed = sign({ body: undefined });

    expect(signed["content-length"]).toBe("0");
    expect(await verify(request(signed, { body: empty }))).toMatchObject({ ok: true });
  });

  it("signs the target as it goes on the wire", async () => {
    const signed = sign({ url: "https://BETA.example.org:443/ocm/shares#part" });

    expect(await verify(request(signed))).toMatchObject({ ok: true });
  });

  it("is read from raw pairs and from a fetch Headers alike", async () => {
    const headers = request().headers as Record<string, string>;

    expect(await verify(request({}, { headers: Object.entries(headers) }))).toMatchObject({ ok: true });
    expect(await verify(request({}, { headers: new Headers(headers) }))).toMatchObject({ ok: true });
  });
});

describe("requests that opencloudmesh-go signed", () => {
  it.each(OPENCLOUDMESH_GO.requests)("hold: $targetUri", async ({ body: text, ...vector }) => {
    const received = { ...vector, body: Buffer.from(text), now };
    const keys = parseJwks(OPENCLOUDMESH_GO.jwks[vector.signer as "omg1.test"]);

    const result = await verifyRequest(received, async (signature) => selectKey(keys, signature.keyid));

    expect(result).toMatchObject({ ok: true, provider: vector.signer, nonce: null });
    expect(result).toHaveProperty("replayKey", expect.stringMatching(/^sha256:/));
  });
});

describe("the algorithms of other peers", () => {
  const make: [SignatureAlgorithm, string, { publicKey: KeyObject; privateKey: KeyObject }][] = [
    ["ecdsa-p256-sha256", "ES256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
    ["rsa-v1_5-sha256", "RS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["rsa-pss-sha512", "PS512", generateKeyPairSync("rsa", { modulusLength: 2048 })],
  ];

  it.each(make)("%s holds", async (alg, jwkAlg, pair) => {
    const key = { ...pair.publicKey.export({ format: "jwk" }), kid: keyid, alg: jwkAlg } as PublicJwk;
    const signed = sign({ privateKey: pair.privateKey, alg });

    expect(await verify(request(signed), key)).toMatchObject({ ok: true });
    expect(await verify(request({ ...signed, "content-type": "x" }, { method: "PUT" }), key)).toEqual(
      refused("signature-wrong"),
    );
  });
});

describe("a signature is refused", () => {
  it.each([
    ["missing", request({ signature: undefined }), "signature-missing"],
    ["missing its input", request({ "signature-input": undefined }), "signature-missing"],
    ["tagged for something else", input((text) => text.replace('tag="ocm"', 'tag="other"')), "signature-missing"],
    [
      "neither tagged nor labelled",
      input((text) => text.replace("ocm=", "sig1=").replace(';tag="ocm"', "")),
      "signature-missing",
    ],
    ["no dictionary", request({ "signature-input": "ocm=(" }), "signature-malformed"],
    ["no list", request({ "signature-input": 'ocm="x";tag="ocm"' }), "signature-malformed"],
    ["no bytes", request({ signature: 'ocm="x"' }), "signature-malformed"],
    ["under another label", request({ signature: sign().signature.replace("ocm", "sig1") }), "signature-malformed"],
    ["there twice with the tag", input((text) => `${text}, ${text.replace("ocm=", "sig2=")}`), "signature-ambiguous"],
    ["there twice under one label", input((text) => `${text}, ${text}`), "signature-malformed"],
    [
      "hidden behind another of its label",
      input((text) => `ocm=("@method");created=1, ${text}`),
      "signature-malformed",
    ],
    ["there with two values", request({ signature: `ocm=:AAAA:, ${sign().signature}` }), "signature-malformed"],
    ["saying a parameter twice", input((text) => `${text};created=${created}`), "signature-malformed"],
    ["tagged twice", input((text) => `${text};tag="ocm"`), "signature-malformed"],
    [
      "covering a component twice",
      input((text) => text.replace('"@method"', '"@method" "@method"')),
      "signature-malformed",
    ],
    [
      "covering part of a component",
      input((text) => text.replace('"@method"', '"@method";req')),
      "component-unsupported",
    ],
    ["too long", input((text) => `${text};x="${"x".repeat(9000)}"`), "signature-malformed"],
    ["without a keyid", input((text) => text.replace(/keyid="[^"]*";/, "")), "keyid-invalid"],
    [
      "with a keyid that names no host",
      input((text) => text.replace(/keyid="[^"]*"/, 'keyid="#key1"')),
      "keyid-invalid",
    ],
    ["without created", input((text) => text.replace(/created=\d+;/, "")), "created-missing"],
    ["with a fractional created", input((text) => text.replace(/created=\d+/, "$&.5")), "signature-malformed"],
    ["with created as text", input((text) => text.replace(/created=(\d+)/, 'created="$1"')), "signature-malformed"],
    ["with a nonce that is no text", input((text) => text.replace(/nonce="[^"]*"/, "nonce=1")), "signature-malformed"],
    ["expired", input((text) => `${text};expires=${created - 61}`), "expired"],
    [
      "with another alg than the key's",
      input((text) => text.replace('alg="ed25519"', 'alg="rsa-v1_5-sha256"')),
      "algorithm-mismatch",
    ],
    ["with a symmetric alg", input((text) => text.replace('alg="ed25519"', 'alg="hmac-sha256"')), "algorithm-mismatch"],
    ["with its nonce changed", input((text) => text.replace("n-1", "n-2")), "signature-wrong"],
    ["with its tag added afterwards", input((text) => text.replace('alg="ed25519";', "")), "signature-wrong"],
    [
      "covering an unknown derived component",
      input((text) => text.replace('"@method"', '"@method" "@query-param"')),
      "component-missing",
    ],
    ["without a digest", request({ "content-digest": undefined }), "component-missing"],
    ["with another body", request({}, { body: Buffer.from('{"name":"HELLO.txt"}') }), "digest-mismatch"],
    ["with a longer body", request({}, { body: Buffer.concat([body, body]) }), "length-mismatch"],
    ["with another digest", request({ "content-digest": "sha-256=:AAAA:" }), "digest-mismatch"],
    ["for another method", request({}, { method: "PUT" }), "signature-wrong"],
    ["for another path", request({}, { targetUri: `${url}/x` }), "signature-wrong"],
    ["for another query", request({}, { targetUri: `${url}?x` }), "signature-wrong"],
    ["for another host", request({}, { targetUri: "https://gamma.example.org/ocm/shares" }), "signature-wrong"],
    ["with other bytes", request({ signature: `ocm=:${Buffer.alloc(64).toString("base64")}:` }), "signature-wrong"],
    ["with too few bytes", request({ signature: "ocm=:AAAA:" }), "signature-wrong"],
  ])("when it is %s", async (_, received, reason) => {
    expect(await verify(received)).toEqual(refused(reason));
  });

  it.each(["@method", "@target-uri", "content-digest", "content-length"])("when it leaves out %s", async (name) => {
    expect(await verify(input((text) => text.replace(`"${name}" `, "").replace(` "${name}"`, "")))).toEqual(
      refused("component-missing"),
    );
  });

  it.each([
    [-300, null],
    [-300.5, "created-stale"],
    [60, null],
    [61, "created-future"],
    [1e9, "created-future"],
  ])("when it was made %d s from now: %s", async (seconds, reason) => {
    const result = await verify(request({}, { now: new Date((created - seconds) * 1000) }));

    expect(result).toEqual(reason ? refused(reason) : expect.objectContaining({ ok: true }));
  });

  it("when nobody has that key, or it is another's", async () => {
    const { x } = createPublicKey(generateSigningKey()).export({ format: "jwk" });

    expect(await verify(request(), null)).toEqual(refused("key-unknown"));
    expect(await verify(request(), { ...jwk, x })).toEqual(refused("signature-wrong"));
    expect(await verify(request(), { ...jwk, x: "AAAA" })).toEqual(refused("algorithm-unsupported"));
    expect(await verify(request(), { kty: "oct", kid: keyid, alg: "HS256" })).toEqual(refused("algorithm-unsupported"));
  });

  it("before anybody is asked for a key, when it cannot hold anyway", async () => {
    const findKey = vi.fn(async () => jwk);

    for (const received of [
      request({ signature: undefined }),
      request({}, { body: Buffer.from("x") }),
      request({}, { now: new Date((created + 3600) * 1000) }),
    ]) {
      expect(await verifyRequest(received, findKey)).toMatchObject({ ok: false });
    }
    expect(findKey).not.toHaveBeenCalled();
  });
});

describe("the OCM signature is found", () => {
  it("among others of proxies, whatever its label", async () => {
    const { "signature-input": ours, signature } = sign();
    const proxy = 'proxy=("@method" "@authority");created=1;keyid="proxy.example.org";tag="x;y,z"';
    const headers = {
      "signature-input": `${proxy}, ${ours.replace("ocm=", "sig1=")}`,
      signature: `proxy=:AAAA:, ${signature.replace("ocm=", "sig1=")}`,
    };

    expect(await verify(request(headers))).toMatchObject({ ok: true, provider: "alpha.example.org" });
  });

  it("by its label when it carries no tag", async () => {
    const read = readSignature(input((text) => text.replace(';tag="ocm"', "")).headers);

    expect(read).toMatchObject({ ok: true, signature: { keyid, provider: "alpha.example.org" } });
  });

  it.each([
    ["alpha.example.org#key1", "alpha.example.org"],
    ["Alpha.example.org:8443#key1", "alpha.example.org:8443"],
    ["alpha.example.org", "alpha.example.org"],
    ["https://alpha.example.org/ocm#signature", "alpha.example.org"],
    ["https://alpha.example.org", "alpha.example.org"],
    ["http://alpha.localhost:3001#key-1", "alpha.localhost:3001"],
    ["alpha.localhost:3001#key-1", "alpha.localhost:3001"],
  ])("and names its Provider: %s is of %s", (named, provider) => {
    const { headers } = input((text) => text.replace(keyid, named));

    expect(readSignature(headers)).toMatchObject({ ok: true, signature: { provider } });
  });

  it.each([
    "",
    "alpha.example.org@evil.example#k",
    "alpha.example.org evil.example",
    "ftp://alpha.example.org",
    "key 1",
  ])("but not of %j", (named) => {
    expect(readSignature(input((text) => text.replace(keyid, named)).headers)).toEqual(refused("keyid-invalid"));
  });
});

it("is quick with a field that is full of spaces", () => {
  const started = performance.now();

  for (let n = 0; n < 10; n++) fieldValue({ "signature-input": `a${" ".repeat(15_000)}b` }, "signature-input");

  expect(performance.now() - started).toBeLessThan(500);
});
