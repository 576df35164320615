import { describe, expect, it } from "vitest";
import type { DiscoveredProvider } from "@/lib/protocol/ocm/discovery";
import { resolveWebdavUri } from "@/lib/sharing/received/access";

process.env.DATABASE_URL ??= "postgresql://nobody@localhost/none";
process.env.OUTBOUND_EXCEPTIONS ??= "plain.localhost:80=127.0.0.1";
process.env.SECRET_KEY ??= Buffer.alloc(32, 7).toString("base64url");

const provider = "cloud.example.org";
const discovered = (webdavPath: string | undefined) => ({ webdavPath }) as DiscoveredProvider;
const resolve = (uri: string, webdavPath: string | undefined = "/dav/ocm/", webdavHosts: string[] = []) =>
  resolveWebdavUri(uri, provider, discovered(webdavPath), { webdavHosts }).href;

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

    expect(() => resolveWebdavUri("s1", provider, discovered(undefined), { webdavHosts: [] })).toThrow(unknown);
  });

  const named = ["files.example.org", "other.example.net:8443", "plain.localhost:80"];
  it.each([
    ["https://files.example.org/s1"],
    ["https://other.example.net:8443/dav/s1"],
    ["https://cloud.example.org/s1"],
    ["http://plain.localhost/s1"],
  ])("may lie at a host that was named for the cloud: %s", (uri) => {
    expect(resolve(uri, undefined, named)).toBe(uri);
  });

  it.each([
    ["https://files.example.org:8443/s1"],
    ["https://other.example.net/s1"],
    ["http://files.example.org/s1"],
    ["https://plain.localhost/s1"],
    ["http://other.example.net:8443/s1"],
    ["https://evil-files.example.org/s1"],
    ["https://sub.files.example.org/s1"],
    ["https://files.example.org.evil.example/s1"],
    ["https://files.example.org@evil.example/s1"],
    ["https://evil.example/files.example.org"],
    ["https://alice@files.example.org/s1"],
    ["https://xn--fles-05a.example.org/s1"],
  ])("may lie at no other than the very hosts that were named: %s", (uri) => {
    expect(() => resolve(uri, undefined, named)).toThrow(expect.objectContaining({ code: "PEER_AUTHORITY_REFUSED" }));
  });
});
