import { describe, expect, it } from "vitest";
import { requireSupported } from "./supported";
import { OcmNotification, ShareCreationNotification } from "./wire";

const common = { shareWith: "bob@https://beta.example.org/", name: "Photos", shareType: "user", resourceType: "file" };
const OPTION = "{http://open-cloud-mesh.org/ns}share-permissions";
const options = { sharedSecret: "secret", permissions: OPTION };
const alice = "alice@alpha.example.org";
/** As Nextcloud sends it. */
const offer = {
  ...common,
  providerId: 42,
  owner: alice,
  ownerDisplayName: "Alice",
  sharedBy: alice,
  sharedByDisplayName: "Alice A.",
  description: "",
  protocol: { name: "webdav", options },
};
const webdav = { uri: "", sharedSecret: "secret", permissions: ["read"], requirements: [] };
const webdavOf = (protocol: object, more: object = {}) =>
  requireSupported(ShareCreationNotification.parse({ ...offer, ...more, protocol })).protocol.webdav;

describe("an offer in the older form", () => {
  it("is read as one of the whole WebDAV root, to read", () => {
    expect(ShareCreationNotification.parse(offer)).toMatchObject({
      ...{ providerId: "42", sender: alice, senderDisplayName: "Alice A.", owner: alice },
      protocol: { webdav },
    });
  });

  it.each([
    ["in the options", { name: "webdav", options }],
    ["in the options of a protocol that is not named", { options }],
    ["beside the options", { name: "webdav", sharedSecret: "secret" }],
    ["in the arm, with nothing in the options", { name: "multi", options: {}, webdav: { sharedSecret: "secret" } }],
    ["in the arm, which counts", { name: "multi", options: { sharedSecret: "x" }, webdav: { sharedSecret: "secret" } }],
  ])("has its secret %s", (_where, protocol) => {
    expect(webdavOf(protocol)).toEqual(webdav);
  });

  it("may have its secret outside of the protocol", () => {
    expect(webdavOf({ name: "webdav" }, { sharedSecret: "secret" })).toEqual(webdav);
  });

  it.each([["uri"], ["url"], ["URI"]])("may name where it lies as %s", (key) => {
    const there = "https://alpha.example.org/dav/1";
    const arm = { sharedSecret: "secret", permissions: ["read", "write"], [key]: there };

    expect(webdavOf({ name: "multi", webdav: arm })).toEqual({ ...webdav, uri: there, permissions: ["read", "write"] });
  });

  it.each([
    ["sender", { sender: alice, senderDisplayName: "A", sharedBy: "x@y.example.org" }, alice, "A"],
    ["sharedBy", { sharedBy: alice, sharedByDisplayName: "B" }, alice, "B"],
    ["the owner", {}, alice, "Alice"],
  ])("comes from %s", (_who, by, sender, name) => {
    const { sharedBy: _, sharedByDisplayName: __, ...rest } = offer;

    const read = ShareCreationNotification.parse({ ...rest, ...by });

    expect(read).toMatchObject({ sender, senderDisplayName: name });
  });

  it.each([
    ["1795473720", 1795473720],
    ["0", undefined],
  ])("may have its expiry as a text: %s", (expiration, seconds) => {
    expect(ShareCreationNotification.parse({ ...offer, expiration }).expiration).toBe(seconds);
  });

  it.each([
    ["without any secret", { name: "webdav", options: {} }],
    ["of another protocol", { name: "carddav", options }],
  ])("is none that we can use %s", (_name, protocol) => {
    expect(() => webdavOf(protocol)).toThrow(expect.objectContaining({ code: "PROTOCOL_UNSUPPORTED" }));
  });

  it.each([
    [{ ...offer, owner: undefined, sharedBy: undefined }],
    [{ ...offer, protocol: { name: "webdav", options: { sharedSecret: 7 } } }],
    [{ ...offer, protocol: { name: "webdav", options: [] }, sharedSecret: "a\nb" }],
    [{ ...offer, sharedBy: { id: alice } }],
    [{ ...offer, expiration: "99999999999999" }],
  ])("is refused when wrong (%#)", (body) => {
    expect(ShareCreationNotification.safeParse(body).success).toBe(false);
  });
});

describe("a notification in the older form", () => {
  const read = { notificationType: "SHARE_UNSHARED", providerId: "42" };

  it.each([
    ["type", { type: "SHARE_UNSHARED", providerId: 42 }, {}],
    ["an empty list", { notificationType: "SHARE_UNSHARED", providerId: "42", notification: [] }, {}],
    [
      "a misspelt message",
      { ...read, notification: { sharedSecret: "s", messgage: "gone" } },
      { notification: { sharedSecret: "s", messgage: "gone" } },
    ],
  ])("may have %s", (_name, body, more) => {
    expect(OcmNotification.parse(body)).toEqual({ ...read, ...more });
  });
});
