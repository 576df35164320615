import fc from "fast-check";
import { describe, expect } from "vitest";
import {
  decodeIdentifier,
  formatOcmAddress,
  looseProvider,
  normalizeProvider,
  parseOcmAddress,
  providerOfUrl,
} from "@/lib/protocol/ocm/address";
import { encodeInvite, findInvite, inviteLink } from "@/lib/protocol/ocm/invite-string";
import { cleanDisplayName, isDeceptive, isSafeName } from "@/lib/protocol/ocm/text";
import { holds, refusesOrReads } from "./check";
import { anyText, longText, providerName, textOf, tokenText } from "./inputs";

const addressText = textOf(
  "alice",
  "@",
  "cloud.example.org",
  "https://",
  "http://",
  ":443",
  ":8080",
  "/",
  "münchen",
  "[::1]",
  "%40",
  "#k",
  "?",
);

describe("names of Providers", () => {
  for (const parse of [looseProvider, normalizeProvider]) {
    holds(`${parse.name} reads a name or refuses it`, fc.oneof(anyText, addressText, longText), async (text) => {
      const provider = await refusesOrReads(() => parse(text));

      if (provider === undefined) return;
      expect([looseProvider(provider), normalizeProvider(provider)]).toEqual([provider, provider]);
    });
  }

  holds("every way to write one means the same", providerName, (provider) => {
    const ways = [provider.toUpperCase(), `https://${provider}`, `https://${provider}/`, ` ${provider}/index.php/ocm `];

    for (const way of ways) expect(looseProvider(way)).toBe(provider);
    expect(providerOfUrl(new URL(`https://${provider}/x?y#z`))).toBe(provider);
  });

  holds("a look-alike in another script is another name", providerName, (provider) => {
    const other = provider.replace(/[aeo]/, (sign) => ({ a: "а", e: "е", o: "о" })[sign] ?? sign);

    if (other !== provider) expect(looseProvider(other)).toMatch(/(^|\.)xn--/);
  });
});

describe("OCM Addresses", () => {
  holds(
    "one is read or refused, and written as it was read",
    fc.oneof(anyText, addressText, longText),
    async (text) => {
      const address = await refusesOrReads(() => parseOcmAddress(text));

      if (address) expect(parseOcmAddress(formatOcmAddress(address))).toEqual(address);
    },
  );

  holds(
    "an identifier in base64 shows what is in it, padded or not",
    fc.tuple(tokenText, providerName),
    ([id, host]) => {
      const bytes = Buffer.from(`${id}@${host}`);

      for (const text of base64Forms(bytes)) expect(decodeIdentifier(text)).toBe(`${id}@${host}`);
    },
  );

  holds("an identifier of any kind can be looked into", anyText, (text) => {
    expect(typeof decodeIdentifier(text)).toBe("string");
  });
});

describe("invites", () => {
  const pasted = textOf(
    "https://",
    "cloud.example.org",
    "/invite?token=",
    "token",
    "@",
    "dG9rZW5AY2xvdWQ",
    "=",
    "\n",
    "> ",
    "&",
    " ",
    "Message-ID: <",
    ">",
  );
  const invite = fc.record({ token: tokenText.map((text) => `1${text}`), provider: providerName });

  holds("one is found in a text or not, and is whole then", fc.oneof(anyText, pasted), (text) => {
    const found = findInvite(text);

    if (found) expect(found).toEqual({ token: expect.stringMatching(/^.+$/), provider: looseProvider(found.provider) });
  });

  holds("one is looked for in a long text too", longText, (text) => void findInvite(text), 60);

  holds("each form of it is found again", invite, (parts) => {
    const { token, provider } = parts;
    const encoded = encodeInvite(parts);
    const forms = [
      ...base64Forms(Buffer.from(`${token}@${provider}`)),
      `${token}@${provider}`,
      inviteLink(`https://${provider}/invite`, token),
      `Hello Bob,\r\n\r\n> ${encoded}\r\n\r\nAlice`,
      (encoded.match(/.{1,70}/g) ?? []).join("\r\n"),
    ];

    for (const form of forms) expect(findInvite(form), form).toEqual(parts);
  });
});

describe("names to be shown and stored", () => {
  holds("a name that was made fit deceives nobody, and is fit", anyText, (text) => {
    const name = cleanDisplayName(text);

    expect(isDeceptive(name)).toBe(false);
    expect(name).not.toMatch(/[\u200b\u200e\u200f\n]/);
    expect(cleanDisplayName(name)).toBe(name);
  });

  holds("a safe name is one step of a path", anyText, (name) => {
    if (isSafeName(name)) expect(name).not.toMatch(/^\.{0,2}$|[/\\\0]/);
  });
});

/** Both alphabets, padded or not. */
function base64Forms(bytes: Buffer): string[] {
  const [standard, url] = [bytes.toString("base64"), bytes.toString("base64url")];
  return [standard, standard.replace(/=+$/, ""), url, url.padEnd(standard.length, "=")];
}
