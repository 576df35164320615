import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseDiscovery } from "@/lib/protocol/ocm/discovery";
import { dialectOf, latestVersionFor, type NewestOffer } from "./dialect";
import { nextcloud } from "./nextcloud";

const publicKeyPem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();
const publicKey = { keyId: "https://cloud.example.org/ocm#signature", publicKeyPem };
const document = (webdav: string, more: object = {}) => ({
  enabled: true,
  apiVersion: "1.1.0",
  endPoint: "https://cloud.example.org/ocm",
  resourceTypes: [{ name: "file", shareTypes: ["user"], protocols: { webdav } }],
  ...more,
});

describe("the dialect of a cloud", () => {
  it.each([
    ["shows a key of its own and the root for secrets", document("/public.php/webdav/", { publicKey }), "Nextcloud"],
    ["writes that root without a slash", document("/public.php/webdav", { publicKey }), "Nextcloud"],
    [
      "also knows the newest signatures",
      document("/public.php/webdav/", { publicKey, capabilities: ["http-sig"] }),
      "OCM",
    ],
    ["has that root, but does not sign", document("/public.php/webdav/"), "OCM"],
    ["has another root", document("/dav/ocm/", { publicKey }), "OCM"],
  ])("that %s", (_name, json, name) => {
    expect(dialectOf(parseDiscovery("cloud.example.org", json)).name).toBe(name);
  });
});

it("limits the version for those only who refuse later ones", () => {
  expect(latestVersionFor("Mozilla/5.0 Nextcloud Server Crawler")).toBe("1.1");
  expect([latestVersionFor("curl/8"), latestVersionFor(null)]).toEqual([null, null]);
});

describe("to Nextcloud", () => {
  const offer: NewestOffer = {
    ...{ shareWith: "bob@cloud.example.org", name: "Photos", description: "Look!", providerId: "s1" },
    ...{ owner: "alice@here", ownerDisplayName: "Alice", sender: "alice@here", senderDisplayName: "Alice" },
    ...{ shareType: "user", resourceType: "folder", expiration: 1795473720 },
    protocol: { name: "multi", webdav: { uri: "s1", sharedSecret: "shr_1", permissions: ["read"], requirements: [] } },
  };

  it("an offer is of a file, with the secret among the options", () => {
    const permissions = "{http://open-cloud-mesh.org/ns}share-permissions";

    expect(nextcloud.offer(offer)).toEqual({
      ...offer,
      resourceType: "file",
      protocol: { name: "webdav", options: { sharedSecret: "shr_1", permissions } },
    });
  });

  it("a notification names the secret, as long as it is known", () => {
    const end = { notificationType: "SHARE_UNSHARED", resourceType: "folder", providerId: "s1", notification: {} };
    const told = { ...end, resourceType: "file" };

    const message = "SHARE_UNSHARED";
    expect(nextcloud.notification(end, "shr_1")).toEqual({ ...told, notification: { sharedSecret: "shr_1", message } });
    expect(nextcloud.notification(end, null)).toEqual({ ...told, notification: { message } });
  });
});
