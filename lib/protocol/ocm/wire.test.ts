import { describe, expect, it } from "vitest";
import { requireSupported } from "./supported";
import {
  InviteAcceptedRequest,
  InviteAcceptedResponse,
  OcmNotification,
  ShareCreationNotification,
  ShareCreationResponse,
  TokenRequest,
  TokenResponse,
} from "./wire";

const webdav = {
  uri: "01a20079-8872-78cc-a4e3-5cd3659e5dd5",
  sharedSecret: "OtPCdCE6LrQwl7zOkZoSBssuiCGz-dHwl1D0JNBrotM=",
  permissions: ["read"],
  requirements: ["must-exchange-token"],
};
const share = {
  shareWith: "bob@beta.example.org",
  name: "hello.txt",
  providerId: "01a20079-8872-78c9-b672-68669cf05c6f",
  owner: "alice@alpha.example.org",
  sender: "alice@alpha.example.org",
  shareType: "user",
  resourceType: "file",
  protocol: { name: "multi", webdav },
};
const withWebdav = (change: object) => ({ ...share, protocol: { name: "multi", webdav: { ...webdav, ...change } } });
const problems = (body: unknown) =>
  ShareCreationNotification.safeParse(body).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

describe("a Share Creation Notification", () => {
  it("is taken in the newest form", () => {
    expect(requireSupported(ShareCreationNotification.parse(share))).toEqual({ ...share, expiration: undefined });
  });

  it("may carry what we do not know, which is dropped", () => {
    const body = { ...withWebdav({ size: 3 }), later: true, protocol: { name: "multi", webdav, webapp: { uri: 7 } } };

    expect(ShareCreationNotification.parse(body).protocol).toEqual({ name: "multi", webdav });
  });

  it("without permissions grants reading, and with unknown ones only the known", () => {
    const permissionsOf = (permissions?: string[]) =>
      ShareCreationNotification.parse(withWebdav({ permissions })).protocol.webdav?.permissions;

    expect(permissionsOf()).toEqual(["read"]);
    expect(permissionsOf(["write", "levitate", "read"])).toEqual(["read", "write"]);
  });

  it("has no expiry when that is 0, null or absent", () => {
    for (const expiration of [0, null, undefined]) {
      expect(ShareCreationNotification.parse({ ...share, expiration }).expiration).toBeUndefined();
    }
    expect(ShareCreationNotification.parse({ ...share, expiration: 1795473720 }).expiration).toBe(1795473720);
  });

  it("may have a number for providerId", () => {
    expect(ShareCreationNotification.parse({ ...share, providerId: 42 }).providerId).toBe("42");
  });

  it("keeps addresses as they were written", () => {
    const sender = "Alice@https://Alpha.example.org/";

    expect(ShareCreationNotification.parse({ ...share, sender }).sender).toBe(sender);
  });

  it.each([
    ["no body", null, ": "],
    ["a list", [], ": "],
    ["no shareWith", { ...share, shareWith: undefined }, "shareWith: "],
    ["a list for shareWith", { ...share, shareWith: ["bob@beta.example.org"] }, "shareWith: "],
    ["an address without a cloud", { ...share, sender: "alice" }, "sender: It is not an OCM Address."],
    ["an owner with a control character", { ...share, owner: "al\nice@alpha.example.org" }, "owner: "],
    ["a name with a slash", { ...share, name: "../etc/passwd" }, "name: "],
    ["a name that reads backwards", { ...share, name: "photo\u202egnp.exe" }, "name: "],
    ["an empty name", { ...share, name: "" }, "name: "],
    ["an empty providerId", { ...share, providerId: "" }, "providerId: "],
    ["a broken number for providerId", { ...share, providerId: 1.5 }, "providerId: "],
    ["a long providerId", { ...share, providerId: "x".repeat(256) }, "providerId: "],
    ["an expiry as text", { ...share, expiration: "2030-01-01" }, "expiration: "],
    ["an expiry before the epoch", { ...share, expiration: -1 }, "expiration: "],
    ["an expiry that is no date", { ...share, expiration: 1e15 }, "expiration: "],
    ["no protocol", { ...share, protocol: undefined }, "protocol: "],
    ["a protocol as text", { ...share, protocol: "webdav" }, "protocol: "],
    ["no secret", withWebdav({ sharedSecret: undefined }), "protocol.webdav.sharedSecret: "],
    ["a secret that breaks a header", withWebdav({ sharedSecret: "a\r\nb: c" }), "protocol.webdav.sharedSecret: "],
    ["a uri that is none", withWebdav({ uri: 7 }), "protocol.webdav.uri: "],
    ["only permissions that nobody knows", withWebdav({ permissions: ["levitate"] }), "protocol.webdav.permissions: "],
    ["a requirement that nobody knows", withWebdav({ requirements: ["must-levitate"] }), "REQUIREMENT_UNKNOWN"],
    ["requirements as text", withWebdav({ requirements: "must-exchange-token" }), "protocol.webdav.requirements: "],
  ])("is refused with %s", (_, body, problem) => {
    expect(problems(body)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ["RESOURCE_TYPE_UNSUPPORTED", { ...share, resourceType: "calendar" }],
    ["SHARE_TYPE_UNSUPPORTED", { ...share, shareType: "federation" }],
    ["PROTOCOL_UNSUPPORTED", { ...share, protocol: { name: "ssh", ssh: { uri: "a@b" } } }],
  ])("is answered 501 %s when we cannot use it", (code, body) => {
    expect(() => requireSupported(ShareCreationNotification.parse(body))).toThrow(
      expect.objectContaining({ status: 501, code }),
    );
  });
});

describe("an Invite Acceptance Request", () => {
  const request = { recipientProvider: "Beta.example.org", token: "t", userID: "Ym9i", email: "", name: " Bob\u202e " };

  it("names its Provider in the one spelling and its person fit to be shown", () => {
    expect(InviteAcceptedRequest.parse(request)).toEqual({
      ...request,
      recipientProvider: "beta.example.org",
      name: "Bob",
      knownAs: [],
    });
  });

  it("may say how the person is known already; an answer that says it wrongly says nothing", () => {
    const answer = { userID: "a", email: "", name: "", knownAs: ["a"] };

    expect(InviteAcceptedRequest.parse({ ...request, knownAs: ["a", "b"] }).knownAs).toEqual(["a", "b"]);
    expect(InviteAcceptedResponse.parse(answer).knownAs).toBeUndefined();
  });

  it("may spell userID as userId, and userID wins", () => {
    const { userID: _, ...rest } = request;

    expect(InviteAcceptedRequest.parse({ ...rest, userId: "a" }).userID).toBe("a");
    expect(InviteAcceptedRequest.parse({ ...request, userId: "a" }).userID).toBe("Ym9i");
    expect(InviteAcceptedResponse.parse({ userId: "a", email: "", name: "" }).userID).toBe("a");
  });

  it.each([
    { ...request, recipientProvider: "not a host" },
    { ...request, recipientProvider: 7 },
    { ...request, token: "" },
    { ...request, userID: "" },
    { ...request, userID: "bob\u0000" },
    { ...request, userID: "x".repeat(256) },
    { ...request, name: ["Bob"] },
    { ...request, knownAs: "a" },
    { ...request, knownAs: [""] },
    { ...request, knownAs: Array.from({ length: 501 }, () => "a") },
    null,
    "text",
  ])("is refused when wrong (%#)", (body) => {
    expect(InviteAcceptedRequest.safeParse(body).success).toBe(false);
  });
});

describe("an OCM Notification", () => {
  it("is taken with, without and with a null payload", () => {
    const base = { notificationType: "SHARE_ACCEPTED", providerId: "p", resourceType: "file" };

    expect(OcmNotification.parse(base)).toEqual(base);
    expect(OcmNotification.parse({ ...base, notification: null }).notification).toBeNull();
    expect(OcmNotification.parse({ ...base, notification: { grantee: "b" } }).notification).toEqual({ grantee: "b" });
  });

  it.each([
    {},
    { notificationType: "SHARE_ACCEPTED" },
    { notificationType: "", providerId: "p" },
    { notificationType: "SHARE_ACCEPTED", providerId: { id: "p" } },
    { notificationType: "SHARE_ACCEPTED", providerId: "p", notification: "text" },
    null,
  ])("is refused when wrong (%#)", (body) => {
    expect(OcmNotification.safeParse(body).success).toBe(false);
  });
});

describe("the code flow", () => {
  it("reads the form of a token request", () => {
    const form = new URLSearchParams("client_id=beta.example.org&code=abc%3D&grant_type=authorization_code&later=1");

    expect(TokenRequest.parse(Object.fromEntries(form))).toEqual({
      client_id: "beta.example.org",
      code: "abc=",
      grant_type: "authorization_code",
    });
    expect(TokenRequest.safeParse({ client_id: "beta.example.org", grant_type: "x" }).success).toBe(false);
  });

  it("takes a bearer token only, and gives it 300 s when the answer does not say", () => {
    expect(TokenResponse.parse({ access_token: "a", token_type: "bearer" }).expires_in).toBe(300);
    expect(TokenResponse.safeParse({ access_token: "a b", token_type: "Bearer", expires_in: 1 }).success).toBe(false);
    expect(TokenResponse.safeParse({ access_token: "a", token_type: "mac", expires_in: 1 }).success).toBe(false);
    expect(TokenResponse.safeParse({ access_token: "a", token_type: "Bearer", expires_in: 0 }).success).toBe(false);
  });
});

it("reads an answer to an offer whatever its body says", () => {
  expect(ShareCreationResponse.parse({ recipientDisplayName: "Bob" }).recipientDisplayName).toBe("Bob");
  expect(ShareCreationResponse.parse({}).recipientDisplayName).toBe("");
});
