import { describe, expect, it } from "vitest";
import { formatOcmAddress, looseProvider, normalizeProvider, parseOcmAddress, providerOfUrl } from "./address";

const withCode = (code: string) => expect.objectContaining({ status: 400, code });

describe("the name of a Provider", () => {
  it.each([
    ["cloud.example.org", "cloud.example.org"],
    [" Cloud.EXAMPLE.org ", "cloud.example.org"],
    ["cloud.example.org:443", "cloud.example.org"],
    ["cloud.example.org:8443", "cloud.example.org:8443"],
    ["cloud.example.org:80", "cloud.example.org:80"],
    ["bücher.example.org", "xn--bcher-kva.example.org"],
    ["BÜCHER.example.org", "xn--bcher-kva.example.org"],
    ["xn--bcher-kva.example.org", "xn--bcher-kva.example.org"],
    ["alpha.localhost:3001", "alpha.localhost:3001"],
    ["[2001:DB8::1]:8443", "[2001:db8::1]:8443"],
    ["2130706433", "127.0.0.1"],
  ])("has one spelling: %s is %s", (input, provider) => {
    expect(normalizeProvider(input)).toBe(provider);
    expect(normalizeProvider(provider)).toBe(provider);
  });

  it.each([
    "",
    " ",
    "https://cloud.example.org",
    "cloud.example.org/",
    "cloud.example.org?x",
    "cloud.example.org#x",
    "cloud.example.org\\evil",
    "evil@cloud.example.org",
    "cloud.exam\nple.org",
    "cloud.exam\tple.org",
    "cloud. example.org",
    "cloud%2eexample.org",
    "cloud.example.org.",
    ".example.org",
    "cloud..example.org",
    "-cloud.example.org",
    "under_score.example.org",
    "cloud.example.org:0",
    "cloud.example.org:99999",
    "cloud.example.org:x",
    "cloud.example.org:",
    "xn--a",
    "gro\u202e.example.org",
    `${"a".repeat(64)}.example.org`,
    `${"a.".repeat(130)}org`,
  ])("is refused: %j", (input) => {
    expect(() => normalizeProvider(input)).toThrow(withCode("PROVIDER_INVALID"));
  });

  it("does not take a homograph for the original", () => {
    expect(normalizeProvider("cloud.exаmple.org")).not.toBe(normalizeProvider("cloud.example.org"));
  });

  it.each([
    ["https://cloud.example.org/a?b", "cloud.example.org"],
    ["http://cloud.example.org/", "cloud.example.org:80"],
    ["http://alpha.localhost:3001/ocm", "alpha.localhost:3001"],
  ])("of the URL %s is %s", (url, provider) => {
    expect(providerOfUrl(new URL(url))).toBe(provider);
  });

  it("is not found in a URL of another scheme", () => {
    expect(() => providerOfUrl(new URL("ftp://cloud.example.org/"))).toThrow(withCode("PROVIDER_INVALID"));
  });

  it.each([
    ["https://Cloud.example.org/", "cloud.example.org"],
    ["HTTPS://cloud.example.org", "cloud.example.org"],
    ["cloud.example.org/nextcloud/", "cloud.example.org"],
    ["http://cloud.example.org", "cloud.example.org:80"],
  ])("is understood from what people write: %s", (input, provider) => {
    expect(looseProvider(input)).toBe(provider);
  });
});

it("cannot name plain http on port 443, which would be the https name", () => {
  expect(() => providerOfUrl(new URL("http://cloud.example.org:443/"))).toThrow(withCode("PROVIDER_INVALID"));
});

describe("an OCM Address", () => {
  it.each([
    ["alice@cloud.example.org", "alice", "cloud.example.org"],
    ["Alice@Cloud.Example.org:443", "Alice", "cloud.example.org"],
    ["alice@idp.example.org@cloud.example.org", "alice@idp.example.org", "cloud.example.org"],
    ["alice@https://cloud.example.org/", "alice", "cloud.example.org"],
    ["alice@cloud.example.org/nextcloud", "alice", "cloud.example.org"],
    ["älice bob@cloud.example.org", "älice bob", "cloud.example.org"],
    ["a+b/c=@cloud.example.org:8443", "a+b/c=", "cloud.example.org:8443"],
  ])("is split at the last @: %s", (text, identifier, provider) => {
    expect(parseOcmAddress(text)).toEqual({ identifier, provider });
    expect(parseOcmAddress(formatOcmAddress({ identifier, provider }))).toEqual({ identifier, provider });
  });

  it.each([
    "",
    "alice",
    "@cloud.example.org",
    " @cloud.example.org",
    "alice@",
    "alice@https://",
    "alice@ftp://cloud.example.org",
    "al\u0000ice@cloud.example.org",
    "al\u202eice@cloud.example.org",
    "alice@cloud.example.org@",
    `${"a".repeat(256)}@cloud.example.org`,
  ])("is refused: %j", (text) => {
    expect(() => parseOcmAddress(text)).toThrow(withCode("OCM_ADDRESS_INVALID"));
  });
});
