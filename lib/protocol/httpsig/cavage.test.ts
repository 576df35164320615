import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signCavage } from "./cavage";
import { jwkOfPem, type PublicJwk } from "./jwk";
import { verifyRequest } from "./verify";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const keyid = "https://nextcloud.example.org/ocm#signature";
const jwk = jwkOfPem(pem, keyid) as PublicJwk;
const url = "https://cloud.example.org/ocm/shares";
const body = Buffer.from('{"shareWith":"alice@cloud.example.org"}');
const now = new Date("2026-11-25T08:00:00Z");

const signed = () => signCavage({ method: "POST", url, date: now.toUTCString(), body, privateKey, keyid });
const received = (headers: Record<string, string>, more: object = {}) => ({
  method: "POST",
  targetUri: url,
  headers,
  body,
  now,
  ...more,
});
const verify = (request: ReturnType<typeof received>, key: PublicJwk | null = jwk) =>
  verifyRequest(request, async () => key);

/** Signed by hand, as somebody else would do it. */
function byHand(covered: string[], { algorithm = "rsa-sha256", hash = "sha256", extra = "" } = {}) {
  const headers: Record<string, string> = {
    host: "cloud.example.org",
    date: now.toUTCString(),
    digest: `SHA-256=${createHash("sha256").update(body).digest("base64")}`,
    "content-length": String(body.length),
  };
  const created = Math.floor(now.getTime() / 1000);
  const derived: Record<string, string> = { "(request-target)": "post /ocm/shares", "(created)": String(created) };
  const text = covered.map((name) => `${name}: ${derived[name] ?? headers[name]}`).join("\n");
  const value = sign(hash, Buffer.from(text), privateKey).toString("base64");
  const parts = [`keyId="${keyid}"`, `algorithm="${algorithm}"`, `headers="${covered.join(" ")}"`];
  return { ...headers, signature: [...parts, `signature="${value}"`].join(", ") + extra };
}
const COVERED = ["(request-target)", "content-length", "date", "digest", "host"];

describe("a request signed after the older draft", () => {
  it("is believed, told from another by all that was signed", async () => {
    const first = await verify(received(signed()));
    const second = await verify(received(signed()));

    expect(first).toMatchObject({ ok: true, keyid, provider: "nextcloud.example.org", nonce: null });
    expect(second).toEqual(first);
  });

  it.each([
    ["rsa-sha256", "sha256"],
    ["rsa-sha512", "sha512"],
    ["RSA-SHA512", "sha512"],
    ["hs2019", "sha256"],
    ["hs2019", "sha512"],
  ])("is believed with %s over %s, whoever made it", async (algorithm, hash) => {
    expect(await verify(received(byHand(COVERED, { algorithm, hash })))).toMatchObject({ ok: true });
  });

  it("may tell its time by (created)", async () => {
    const covered = ["(request-target)", "(created)", "digest", "host"];
    const extra = `, created=${Math.floor(now.getTime() / 1000)}`;

    expect(await verify(received(byHand(covered, { extra })))).toMatchObject({ ok: true });
  });

  it("names the host that it was sent to, whatever a proxy made of it", async () => {
    const headers = { ...byHand(COVERED), host: "inner:3000" };

    expect(await verify(received(headers))).toMatchObject({ ok: true });
    expect(await verify(received(headers, { targetUri: "https://other.example.org/ocm/shares" }))).toEqual({
      ok: false,
      reason: "signature-wrong",
    });
  });

  it.each([
    ["component-missing", byHand(["date", "digest", "host"])],
    ["component-missing", byHand(["(request-target)", "date", "host"])],
    ["component-missing", byHand(["(request-target)", "date", "digest"])],
    ["created-missing", byHand(["(request-target)", "digest", "host"])],
    ["component-missing", { ...byHand([...COVERED, "x-more"]), "x-more": undefined as unknown as string }],
    ["digest-mismatch", { ...byHand(COVERED), digest: "SHA-256=AAAA" }],
    ["digest-mismatch", { ...byHand(COVERED), digest: "MD5=AAAA" }],
    ["length-mismatch", { ...byHand(COVERED), "content-length": "1" }],
    ["algorithm-unsupported", byHand(COVERED, { algorithm: "hmac-sha256" })],
    ["algorithm-unsupported", byHand(COVERED, { algorithm: "constructor" })],
    ["signature-wrong", byHand(COVERED, { algorithm: "rsa-sha512" })],
    ["signature-malformed", byHand(COVERED, { extra: `, keyId="https://evil.example/ocm#signature"` })],
    ["signature-malformed", byHand(["host", ...COVERED])],
    ["keyid-invalid", { ...byHand(COVERED), signature: `keyId="",signature="AAAA"` }],
    ["signature-malformed", { ...byHand(COVERED), signature: `keyId=${"x".repeat(9000)}` }],
  ])("is refused: %s", async (reason, headers) => {
    expect(await verify(received(headers))).toEqual({ ok: false, reason });
  });

  it("is refused when it is old, or of tomorrow", async () => {
    const late = new Date(now.getTime() + 301_000);
    const early = new Date(now.getTime() - 61_000);

    expect(await verify(received(signed(), { now: late }))).toEqual({ ok: false, reason: "created-stale" });
    expect(await verify(received(signed(), { now: early }))).toEqual({ ok: false, reason: "created-future" });
  });

  it("is refused with a key that is none of RSA, or too short", async () => {
    const { publicKey: small } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const smallJwk = { ...small.export({ format: "jwk" }), kid: keyid } as PublicJwk;
    const ed25519 = { ...generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }), kid: keyid } as PublicJwk;

    for (const key of [smallJwk, ed25519]) {
      expect(await verify(received(signed()), key)).toEqual({ ok: false, reason: "algorithm-unsupported" });
    }
    expect(await verify(received(signed()), null)).toEqual({ ok: false, reason: "key-unknown" });
  });

  it("is not looked at beside a newer one", async () => {
    const headers = { ...signed(), "signature-input": `x=("@method")` };

    expect(await verify(received(headers))).toEqual({ ok: false, reason: "signature-malformed" });
  });
});

describe("a signature of ours", () => {
  it("has no spaces that a plain reader would stumble over", () => {
    expect(signed().signature).toMatch(/^keyId="[^"]+",algorithm="rsa-sha512",headers="[^"]+",signature="[^"]+"$/);
  });
});
