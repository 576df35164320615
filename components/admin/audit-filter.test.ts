import { expect, it } from "vitest";
import { auditHref, filterOf, typedOf } from "./audit-filter";

const NOTHING = { action: "", actor: "", provider: "", search: "", from: "", until: "" };

it("stands whole in the address of the page, and nothing does where nothing was typed", () => {
  const typed = {
    ...NOTHING,
    action: "share-sent",
    provider: "cloud.example.org:8443",
    search: "a & b",
    until: "2026-11-30",
  };

  expect(typedOf(new URL(auditHref(typed), "http://x").searchParams)).toEqual(typed);
  expect(auditHref(NOTHING)).toBe("/admin/audit");
  expect(typedOf(new URLSearchParams("other=1"))).toEqual(NOTHING);
});

it("is asked for without what was left open, and with whole days", () => {
  expect(filterOf(NOTHING)).toEqual({});
  const { from, until, ...words } = filterOf({
    ...NOTHING,
    provider: " b.example.org ",
    from: "2026-11-30",
    until: "2026-11-30",
  });

  expect(words).toEqual({ provider: "b.example.org" });
  expect(Date.parse(until ?? "") - Date.parse(from ?? "")).toBe(86_400_000);
  expect(filterOf({ ...NOTHING, from: "yesterday", until: "2026-13-01" })).toEqual({});
});
