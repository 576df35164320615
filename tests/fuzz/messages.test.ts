import fc from "fast-check";
import { describe, expect } from "vitest";
import type { z } from "zod";
import { InvitePreviewRequest } from "@/lib/contacts/preview-invite";
import { parseFormLimited } from "@/lib/protocol/form";
import { parseJsonLimited } from "@/lib/protocol/json";
import { buildDiscovery, DiscoveredProvider, parseDiscovery } from "@/lib/protocol/ocm/discovery";
import { requireSupported } from "@/lib/protocol/ocm/supported";
import {
  InviteAcceptedRequest,
  InviteAcceptedResponse,
  OcmNotification,
  ShareAcceptance,
  ShareCreationNotification,
  ShareCreationResponse,
  ShareInvitation,
  ShareRequestMessage,
  TokenRequest,
  TokenResponse,
} from "@/lib/protocol/ocm/wire";
import { holds, refusesOrReads } from "./check";
import { anyBytes, anyJson, anyText, longText, providerName, spoilt } from "./inputs";

const by = { owner: "alice@cloud.example.org", sender: "alice@cloud.example.org" };
const what = { name: "Photos", description: "Look!", providerId: "s1", shareType: "user", resourceType: "folder" };
const webdav = { uri: "s1", sharedSecret: "secret", permissions: ["read"], requirements: ["must-use-mfa"] };
const OFFER = {
  ...{ shareWith: "bob@b.example.org", ...by, ...what, senderDisplayName: "Alice", expiration: 1_795_473_720 },
  protocol: { name: "multi", webdav },
};
const OLDER_OFFER = {
  ...{ shareWith: "bob@https://b.example.org/", owner: by.owner, sharedBy: by.sender, ...what, providerId: 7 },
  protocol: { name: "webdav", options: { sharedSecret: "secret", permissions: "{ns}share-permissions" } },
};
const IDENTITY = { userID: "u-1", email: "alice@example.org", name: "Alice" };
const MESSAGES: [name: string, schema: z.ZodType, good: object[]][] = [
  ["an offer", ShareCreationNotification, [OFFER, OLDER_OFFER]],
  ["an invitation to a share", ShareInvitation, [{ ...OFFER, permissions: ["read"], requirements: [] }]],
  ["an answer to an invitation", ShareAcceptance, [{ share: { protocol: { webdav } } }]],
  ["an answer to an offer", ShareCreationResponse, [{ recipientDisplayName: "Bob", recipientUserId: "u-2" }]],
  [
    "a notification",
    OcmNotification,
    [
      { notificationType: "SHARE_UNSHARED", resourceType: "file", providerId: "s1", notification: { a: ["b"] } },
      { type: "SHARE_DECLINED", providerId: 7, notification: [] },
    ],
  ],
  [
    "an accepted invite",
    InviteAcceptedRequest,
    [{ recipientProvider: "b.example.org", token: "t", ...IDENTITY, knownAs: ["u-0"] }],
  ],
  ["an answer to that", InviteAcceptedResponse, [{ ...IDENTITY, knownAs: "u-0" }]],
  ["a question who invites", InvitePreviewRequest, [{ token: "t" }]],
  [
    "a request for a token",
    TokenRequest,
    [{ grant_type: "authorization_code", client_id: "b.example.org", code: "c" }],
  ],
  [
    "a request for a share",
    ShareRequestMessage,
    [{ owner: by.owner, shareWith: "bob@b.example.org", share: "Photos" }],
  ],
  ["a token", TokenResponse, [{ access_token: "sat_1", token_type: "Bearer", expires_in: 3600 }]],
];

describe.each(MESSAGES)("%s", (_name, schema, good) => {
  const sent = fc.oneof({ weight: 4, arbitrary: fc.oneof(...good.map(spoilt)) }, { weight: 1, arbitrary: anyJson });

  holds("is read or refused, and what was read is read so again", sent, (message) => {
    const read = schema.safeParse(message);

    if (read.success) expect(schema.parse(read.data)).toEqual(read.data);
  });
});

holds("an offer that was read can be taken, or is of a kind that is not", spoilt(OFFER), async (message) => {
  const { data } = ShareCreationNotification.safeParse(message);

  if (data) await refusesOrReads(() => requireSupported(data), { alsoRefusedAs: [501] });
});

describe("a description of a cloud", () => {
  const PATHS = { endPoint: "/ocm", tokenEndPoint: "/ocm/token", jwksUri: "/ocm/jwks", inviteAcceptDialog: "/accept" };
  const presented = (provider: string) => ({
    ...{ origin: `https://${provider}`, name: "Cloud", webdavPath: "/dav/ocm/", criteria: [] },
    ...PATHS,
  });
  const OURS = buildDiscovery(presented("cloud.example.org"));
  const addresses = fc.constantFrom("endPoint", "tokenEndPoint", "jwksUri", "inviteAcceptDialog");

  holds("is read or refused, and leads nowhere else", fc.oneof(spoilt(OURS), anyJson), async (json) => {
    const read = await refusesOrReads(() => parseDiscovery("cloud.example.org", json), { alsoRefusedAs: [502] });

    if (read) expectOwn("cloud.example.org", read);
  });

  holds("leads nowhere else by an address of any kind", fc.tuple(addresses, anyText), async ([name, address]) => {
    const json = { ...OURS, [name]: address };
    const read = await refusesOrReads(() => parseDiscovery("cloud.example.org", json), { alsoRefusedAs: [502] });

    if (read) expectOwn("cloud.example.org", read);
  });

  holds("of ours is read as it was meant", providerName, (provider) => {
    const read = parseDiscovery(provider, buildDiscovery(presented(provider)));

    const at = (path: string) => `https://${provider}${path}`;
    expect(read).toMatchObject(Object.fromEntries(Object.entries(PATHS).map(([name, path]) => [name, at(path)])));
    expect(read).toMatchObject({ name: "Cloud", webdavPath: "/dav/ocm/", takesRelativeUris: true });
  });

  function expectOwn(provider: string, read: DiscoveredProvider): void {
    expect(DiscoveredProvider.safeParse(read).success).toBe(true);
    for (const address of [read.endPoint, read.tokenEndPoint, read.jwksUri, read.inviteAcceptDialog]) {
      if (address !== undefined) expect(new URL(address).origin).toBe(`https://${provider}`);
    }
  }
});

describe("bytes", () => {
  const LIMITS = { maxBytes: 64 * 1024 };
  const printed = anyJson.map((json) => Buffer.from(JSON.stringify(json)));

  holds("are JSON or refused", fc.oneof(anyBytes, printed), (bytes) =>
    refusesOrReads(() => parseJsonLimited(bytes, LIMITS)),
  );

  holds("of JSON say what was written", fc.jsonValue({ maxDepth: 4, noUnicodeString: true }), (json) => {
    const text = JSON.stringify(json);
    if (/__proto__|\\u0000/.test(text)) return;

    expect(parseJsonLimited(Buffer.from(text), LIMITS)).toEqual(JSON.parse(text));
  });

  holds(
    "of much JSON are JSON or refused",
    longText,
    (text) => refusesOrReads(() => parseJsonLimited(Buffer.from(text), LIMITS)),
    60,
  );

  holds(
    "are a form or refused",
    fc.oneof(
      anyBytes,
      anyText.map((text) => Buffer.from(text)),
    ),
    (bytes) => refusesOrReads(() => parseFormLimited(bytes, LIMITS)),
  );

  const word = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));
  holds("of a form say what was written", fc.dictionary(word, word, { noNullPrototype: true }), (fields) => {
    const bytes = Buffer.from(`${new URLSearchParams(fields)}`);

    expect(Object.entries(parseFormLimited(bytes, LIMITS))).toEqual(Object.entries(fields));
  });
});
