import { expect, it } from "vitest";
import { detailWords, hostOf, inWords, proofWords, startOfDay } from "./audit-words";

it("writes names as people do", () => {
  expect(["provider-blocked", "shareWith", "role"].map(inWords)).toEqual(["Provider blocked", "Share with", "Role"]);
});

it("tells what was written down, but no ids", () => {
  const nodeId = "0199d3c4-0000-7000-8000-000000000000";

  const shareWith = `${nodeId.replaceAll("-", "")}@cloud.example.org`;

  expect(detailWords({ nodeId, shareWith, role: "viewer", isAdmin: false, expiresAt: null })).toBe(
    "Role: viewer · Is admin: no · Expires at: none",
  );
  expect(detailWords({ scopes: ["files", "shares"], rule: { a: 1 }, shareWith: "bob@cloud.example.org" })).toBe(
    'Scopes: files, shares · Rule: {"a":1} · Share with: bob@cloud.example.org',
  );
});

it("tells how another cloud was believed, apart from the rest", () => {
  const signed = { role: "viewer", signature: "ed25519", keyid: "cloud.example.org#key-1" };

  expect(proofWords(signed)).toBe("Signed with ed25519, key cloud.example.org#key-1");
  expect(detailWords(signed)).toBe("Role: viewer");
  expect(proofWords({ signature: "none", shown: "secret" })).toBe("Not signed: it named the secret of the share");
  expect(proofWords({ signature: "none", shown: "nothing" })).toBe(
    "Not signed: unsigned messages of this provider are taken",
  );
  expect(proofWords({ role: "viewer" })).toBe("");
});

it("calls a directory by the cloud at which it is", () => {
  expect(hostOf("https://cloud.example.org/ocm/directory")).toBe("cloud.example.org");
  expect(hostOf("cloud.example.org:8443")).toBe("cloud.example.org:8443");
});

it("knows where a day begins, and where it is over", () => {
  expect(startOfDay("")).toBe(undefined);
  expect(startOfDay("2026-02-28")).toBe("2026-02-28T00:00:00.000Z");
  expect(startOfDay("2026-02-28", 1)).toBe("2026-03-01T00:00:00.000Z");
});
