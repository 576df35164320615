import { generateKeyPairSync, type KeyObject } from "node:crypto";
import fc from "fast-check";
import { describe, expect } from "vitest";
import type { SignatureAlgorithm } from "@/lib/protocol/httpsig/algorithms";
import { oldDigestMatches, readCavage, signCavage } from "@/lib/protocol/httpsig/cavage";
import { contentDigest, digestMatches } from "@/lib/protocol/httpsig/content-digest";
import { algorithmOf, jwkOfPem, PublicJwk, parseJwks, publicKeyOf, selectKey } from "@/lib/protocol/httpsig/jwk";
import { readSignature } from "@/lib/protocol/httpsig/read";
import { signRequest } from "@/lib/protocol/httpsig/sign";
import { verifyRequest } from "@/lib/protocol/httpsig/verify";
import { looseProvider } from "@/lib/protocol/ocm/address";
import { holds } from "./check";
import { anyBytes, anyJson, anyText, longText, spoilt, textOf } from "./inputs";

const NOW = new Date("2026-11-01T12:00:00Z");
const CREATED = NOW.getTime() / 1000;
const TARGET = "https://b.example.org/ocm/shares";
const NONCE = "n-1";

type Pair = { privateKey: KeyObject; jwk: PublicJwk };
const pairOf = (pair: { privateKey: KeyObject; publicKey: KeyObject }, alg: string): Pair => {
  const jwk = PublicJwk.parse({ ...pair.publicKey.export({ format: "jwk" }), kid: "key-1", alg });
  return { privateKey: pair.privateKey, jwk };
};
const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const SIGNERS: Record<SignatureAlgorithm, Pair> = {
  ed25519: pairOf(generateKeyPairSync("ed25519"), "Ed25519"),
  "ecdsa-p256-sha256": pairOf(generateKeyPairSync("ec", { namedCurve: "P-256" }), "ES256"),
  "rsa-v1_5-sha256": pairOf(RSA, "RS256"),
  "rsa-pss-sha512": pairOf(RSA, "PS512"),
};
const algorithm = fc.constantFrom(...(Object.keys(SIGNERS) as SignatureAlgorithm[]));

const verify = (headers: Record<string, string>, body: Uint8Array, jwk: PublicJwk | null = SIGNERS.ed25519.jwk) =>
  verifyRequest({ method: "POST", targetUri: TARGET, headers, body, now: NOW }, async () => jwk);
const keyid = "cloud.example.org#key-1";
function signed(alg: SignatureAlgorithm, body: Uint8Array): Record<string, string> {
  const { privateKey } = SIGNERS[alg];
  return signRequest({ method: "POST", url: TARGET, body, privateKey, keyid, alg, created: CREATED, nonce: NONCE });
}
const signedBefore = (body: Uint8Array) =>
  signCavage({ method: "POST", url: TARGET, date: NOW.toUTCString(), body, privateKey: RSA.privateKey, keyid });

const newest = textOf(
  ...["ocm", "=", "(", ")", '"@method"', '"@target-uri"', '"content-digest"', '"content-length"', ";", "created="],
  ...[
    "1795000000",
    'keyid="cloud.example.org#key-1"',
    'tag="ocm"',
    'alg="ed25519"',
    ",",
    ":",
    "aGVsbG8",
    '"',
    "?1",
    " ",
  ],
);
const older = textOf(
  ...["keyId=", '"', "https://cloud.example.org/ocm#signature", "cloud.example.org", 'algorithm="rsa-sha512"', ","],
  ...['headers="(request-target) host digest date"', "created=1795000000", 'signature="aGVsbG8="', "expires=", " "],
);

describe("a signature", () => {
  const field = fc.oneof(newest, anyText);
  holds("of the newest kind is read or refused", fc.tuple(field, field), ([input, value]) => {
    const read = readSignature({ "signature-input": input, signature: value });

    if (read.ok) expect(looseProvider(read.signature.provider)).toBe(read.signature.provider);
  });

  holds("of the older kind is read or refused", fc.oneof(older, anyText), (signature) => {
    const read = readCavage({ signature, date: NOW.toUTCString() });

    if (read.ok) expect(looseProvider(read.signature.provider)).toBe(read.signature.provider);
  });

  holds(
    "of any length is read or refused",
    longText,
    (text) => {
      readSignature({ "signature-input": text, signature: text });
      readCavage({ signature: `keyId="${text}` });
    },
    60,
  );

  const names = ["signature-input", "signature", "content-digest", "content-length", "digest", "date", "host"];
  const headers = fc.dictionary(fc.constantFrom(...names), fc.oneof(newest, older, anyText));
  holds("that nobody made convinces nobody", fc.tuple(headers, anyBytes), async ([given, body]) => {
    expect(await verify(given, body)).toMatchObject({ ok: false });
  });

  holds(
    "is believed as it was made, with any algorithm",
    fc.tuple(algorithm, anyBytes),
    async ([alg, body]) => {
      expect(await verify(signed(alg, body), body, SIGNERS[alg].jwk)).toMatchObject({ ok: true, nonce: NONCE });
    },
    100,
  );

  holds(
    "of the older kind is believed as it was made",
    anyBytes,
    async (body) => {
      const bare: PublicJwk = { ...SIGNERS["rsa-v1_5-sha256"].jwk, alg: undefined };

      expect(await verify(signedBefore(body), body, bare)).toMatchObject({ ok: true });
    },
    60,
  );

  const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
  const spoilable = fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 1, maxLength: 99 }), change);
  holds(
    "is not believed of a body in which one byte is another",
    spoilable,
    async ([isOlder, body, [at, by]]) => {
      const other = body.map((byte, index) => (index === at % body.length ? byte ^ by : byte));
      const headers = isOlder ? signedBefore(body) : signed("ed25519", body);
      const { jwk } = isOlder ? SIGNERS["rsa-v1_5-sha256"] : SIGNERS.ed25519;

      expect(await verify(headers, other, jwk)).toEqual({ ok: false, reason: "digest-mismatch" });
    },
    100,
  );

  const elsewhere = fc.tuple(
    fc.constantFrom("signature-input", "signature", "content-digest", "content-length"),
    anyText,
  );
  holds("is not believed with another header", elsewhere, async ([name, text]) => {
    const headers = signed("ed25519", Buffer.from("body"));
    if (headers[name] === text.trim()) return;

    expect(await verify({ ...headers, [name]: text }, Buffer.from("body"))).toMatchObject({ ok: false });
  });
});

describe("a digest", () => {
  holds("is that of its body and of no other", fc.tuple(anyBytes, anyBytes), ([body, other]) => {
    const isSame = Buffer.from(body).equals(Buffer.from(other));

    expect([digestMatches(contentDigest(body), body), digestMatches(contentDigest(body), other)]).toEqual([
      true,
      isSame,
    ]);
  });

  const text = textOf("sha-256", "sha-512", "SHA-256", "=", ":", ",", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  holds("of any kind is judged", fc.oneof(text, anyText), (field) => {
    expect([typeof digestMatches(field, Buffer.alloc(1)), typeof oldDigestMatches(field, Buffer.alloc(1))]).toEqual([
      "boolean",
      "boolean",
    ]);
  });
});

describe("keys", () => {
  const sets = Object.values(SIGNERS).map(({ jwk }) => jwk);

  holds("of a set are usable or left out", fc.oneof(spoilt({ keys: sets }), anyJson), (json) => {
    for (const key of parseJwks(json)) {
      expect(algorithmOf(key)).not.toBeNull();
      publicKeyOf(key);
      selectKey([key], key.kid);
    }
  });

  const pem = `${RSA.publicKey.export({ type: "spki", format: "pem" })}`;
  holds(
    "in a document are read or not",
    fc.oneof(anyText, textOf(...pem.split("\n"), "\n"), fc.constant(pem)),
    (text) => {
      expect(jwkOfPem(text, "k")).toSatisfy((jwk: unknown) => jwk === null || PublicJwk.safeParse(jwk).success);
    },
  );

  const alg = fc.option(fc.constantFrom("Ed25519", "ES256", "RS256", "PS512", "none", "HS256"), { nil: undefined });
  const mixed = fc.tuple(fc.constantFrom(...sets), alg, algorithm);
  holds(
    "lend themselves to no other algorithm",
    mixed,
    async ([jwk, said, signedWith]) => {
      const headers = signed(signedWith, Buffer.from("body"));
      const answer = await verify(headers, Buffer.from("body"), { ...jwk, alg: said } satisfies PublicJwk);

      const isTheSame = algorithmOf({ ...jwk, alg: said }) === signedWith;
      expect(answer.ok).toBe(isTheSame);
    },
    100,
  );
});
