import { describe, expect, it } from "vitest";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { resolveWebdavUri } from "@/lib/sharing/received/access";

process.env.DATABASE_URL ??= "postgresql://nobody@localhost/none";
process.env.SECRET_KEY ??= Buffer.alloc(32, 7).toString("base64url");

const provider = "cloud.example.org";
const discovered = (webdavPath: string | undefined) => ({ webdavPath }) as DiscoveredProvider;
const resolve = (uri: string, webdavPath: string | undefined = "/dav/ocm/") =>
  resolveWebdavUri(uri, provider, discovered(webdavPath)).href;

describe("the address of a share", () => {
  it.each([
    ["s1", "/dav/ocm/", "https://cloud.example.org/dav/ocm/s1"],
    ["s1", "/dav/ocm", "https://cloud.example.org/dav/ocm/s1"],
    ["", "/dav/ocm", "https://cloud.example.org/dav/ocm/"],
    ["/s1", "/dav/ocm/", "https://cloud.example.org/dav/ocm/s1"],
    ["//evil.example.org/s1", "/dav/ocm/", "https://cloud.example.org/dav/ocm/evil.example.org/s1"],
    ["https://cloud.example.org/other/s1", undefined, "https://cloud.example.org/other/s1"],
  ])("%s below %s", (uri, webdavPath, href) => {
    expect(resolve(uri, webdavPath)).toBe(href);
  });

  it.each([
    ["https://evil.example.org/s1"],
    ["http://cloud.example.org/s1"],
    ["https://cloud.example.org:8443/s1"],
    ["https://alice@cloud.example.org/s1"],
    ["file:///etc/passwd"],
    ["../admin"],
    ["s1/../../admin"],
    ["%2e%2e/admin"],
    ["s1?x=1"],
    ["s1#x"],
    ["/"],
  ])("is refused: %s", (uri) => {
    expect(() => resolve(uri)).toThrow(expect.objectContaining({ code: "PEER_AUTHORITY_REFUSED" }));
  });

  it("is not guessed where the cloud does not say", () => {
    const unknown = expect.objectContaining({ code: "PEER_WEBDAV_UNKNOWN" });

    expect(() => resolveWebdavUri("s1", provider, discovered(undefined))).toThrow(unknown);
  });
});
