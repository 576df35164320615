import { expect, it } from "vitest";
import { detailWords, inWords, startOfDay } from "./audit-words";

it("writes names as people do", () => {
  expect(["provider-blocked", "shareWith", "role"].map(inWords)).toEqual(["Provider blocked", "Share with", "Role"]);
});

it("tells what was written down, but no ids", () => {
  const nodeId = "0199d3c4-0000-7000-8000-000000000000";

  expect(detailWords({ nodeId, role: "viewer", isAdmin: false, expiresAt: null, rule: { a: 1 } })).toBe(
    'Role: viewer · Is admin: no · Expires at: none · Rule: {"a":1}',
  );
});

it("knows where a day begins, and where it is over", () => {
  expect(startOfDay("")).toBe(undefined);
  expect(startOfDay("2026-02-28")).toBe("2026-02-28T00:00:00.000Z");
  expect(startOfDay("2026-02-28", 1)).toBe("2026-03-01T00:00:00.000Z");
});
