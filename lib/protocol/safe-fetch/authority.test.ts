import { expect, it } from "vitest";
import { requireSameAuthority } from "./authority";

const refused = expect.objectContaining({ status: 502, code: "PEER_AUTHORITY_REFUSED" });

it.each([
  ["https://cloud.example.org/ocm", "cloud.example.org"],
  ["https://cloud.example.org:443/ocm?x", "cloud.example.org"],
  ["https://CLOUD.example.org:8443/", "cloud.example.org:8443"],
  ["https://bücher.example.org/", "xn--bcher-kva.example.org"],
])("takes %s from %s", (url, provider) => {
  expect(requireSameAuthority(url, provider).href).toBe(new URL(url).href);
});

it.each([
  "",
  "/ocm",
  "ocm",
  "http://cloud.example.org/",
  "http://cloud.example.org:443/",
  "ftp://cloud.example.org/",
  "https://cloud.example.org:8443/",
  "https://cloud.example.org.evil.example/",
  "https://evil.example/cloud.example.org",
  "https://cloud.example.org@evil.example/",
  "https://evil.example#cloud.example.org",
  "https://alice@cloud.example.org/",
  "https://alice:secret@cloud.example.org/",
  "https://sub.cloud.example.org/",
  "https://cloud.example.org./",
  "//cloud.example.org/",
  "https:\\\\evil.example/",
  "file:///etc/passwd",
])("refuses %j from cloud.example.org", (url) => {
  expect(() => requireSameAuthority(url, "cloud.example.org")).toThrow(refused);
});

it("takes plain http only where the caller allows it, and never for another name", () => {
  const http = "http://alpha.localhost:3001/ocm";

  expect(requireSameAuthority(http, "alpha.localhost:3001", { allowHttp: true }).href).toBe(http);
  expect(() => requireSameAuthority(http, "alpha.localhost:3001")).toThrow(refused);
  expect(() => requireSameAuthority(http, "beta.localhost:3001", { allowHttp: true })).toThrow(refused);
  expect(() => requireSameAuthority("http://cloud.example.org/", "cloud.example.org", { allowHttp: true })).toThrow(
    refused,
  );
});
