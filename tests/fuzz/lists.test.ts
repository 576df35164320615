import fc from "fast-check";
import { CompactSign } from "jose";
import { describe, expect } from "vitest";
import { generateSigningKey, publicJwk, publicKeyOf } from "@/lib/protocol/httpsig/jwk";
import { normalizeProvider } from "@/lib/protocol/ocm/address";
import { readDirectory, readDirectoryKeys } from "@/lib/protocol/ocm/directory";
import { providersEntry, readProvidersFile } from "@/lib/protocol/ocm/providers-file";
import { holds, refusesOrReads } from "./check";
import { anyJson, anyText, providerName, spoilt } from "./inputs";

const privateKey = generateSigningKey();
const JWK = publicJwk(privateKey, "one");
const NOW = new Date();
const LIST = {
  iat: Math.floor(NOW.getTime() / 1_000),
  exp: Math.ceil(NOW.getTime() / 1_000) + 60,
  federation: "Our town",
  servers: [{ url: "https://cloud.example.org", displayName: "Town hall" }],
};

describe("a signed directory", () => {
  const sign = (list: unknown) =>
    new CompactSign(Buffer.from(JSON.stringify(list))).setProtectedHeader({ alg: "EdDSA" }).sign(privateKey);

  holds("is read or refused, and names clouds", fc.oneof(spoilt(LIST), anyJson), async (list) => {
    const signed = await sign(list);
    const read = await refusesOrReads(() => readDirectory(signed, [JWK], NOW), { alsoRefusedAs: [502] });

    for (const { provider } of read?.clouds ?? []) expect(normalizeProvider(provider)).toBe(provider);
  });

  const parts = fc.array(anyText, { maxLength: 4 }).map((texts) => texts.join("."));
  const serialized = anyJson.map((json) => JSON.stringify(json));
  holds("that nobody signed is refused", fc.oneof(anyText, parts, serialized), async (text) => {
    expect(await refusesOrReads(() => readDirectory(text, [JWK], NOW), { alsoRefusedAs: [502] })).toBeUndefined();
  });

  holds(
    "with one sign changed is refused",
    fc.tuple(fc.nat(), fc.constantFrom("A", "b", "7", "_")),
    async ([at, other]) => {
      const signed = await sign(LIST);
      const place = at % signed.lastIndexOf(".");
      if (signed[place] === other) return;
      const changed = signed.slice(0, place) + other + signed.slice(place + 1);

      expect(await refusesOrReads(() => readDirectory(changed, [JWK], NOW), { alsoRefusedAs: [502] })).toBeUndefined();
    },
  );
});

describe("the key of a directory", () => {
  const json = fc.oneof(spoilt({ keys: [JWK] }), spoilt(JWK), anyJson).map((value) => JSON.stringify(value) ?? "");

  holds("is read or refused, and holds nothing secret", fc.oneof(anyText, json), async (text) => {
    const keys = await refusesOrReads(() => readDirectoryKeys(text));

    for (const key of keys ?? []) expect(publicKeyOf(key)?.type).toBe("public");
  });
});

describe("a list of clouds that discover nobody", () => {
  const entry = (provider: string) =>
    providersEntry({
      provider,
      name: "Town hall",
      endPoint: `https://${provider}/ocm`,
      webdav: `https://${provider}/`,
    });

  holds("is read or refused, entry by entry", fc.oneof(spoilt([entry("cloud.example.org")]), anyJson), async (list) => {
    const read = await refusesOrReads(() => readProvidersFile(JSON.stringify(list)));

    for (const { provider } of read?.entries ?? []) expect(normalizeProvider(provider)).toBe(provider);
    if (read && Array.isArray(list)) expect(read.bad.length).toBeLessThanOrEqual(list.length);
  });

  holds("reads as it was written", fc.uniqueArray(providerName, { maxLength: 5 }), (providers) => {
    const { entries, bad } = readProvidersFile(JSON.stringify(providers.map(entry)));

    expect(entries.map(({ provider }) => provider)).toEqual(providers);
    expect(bad).toEqual([]);
  });
});
