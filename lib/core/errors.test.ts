import { expect, it, vi } from "vitest";
import { AppError, hasCode, isAppError, notFound } from "./errors";

it("knows an expected failure of the other module graph", async () => {
  vi.resetModules();
  const other = await import("./errors");

  const error = other.conflict("NAME_TAKEN", "It is taken.");

  expect(other.AppError).not.toBe(AppError);
  expect(isAppError(error)).toBe(true);
  expect(hasCode(error, "NAME_TAKEN")).toBe(true);
  expect(other.isAppError(notFound("X", "y"))).toBe(true);
});

it("takes nothing else for one", () => {
  for (const other of [new Error("x"), { status: 404, code: "X" }, null, undefined, "text"]) {
    expect(isAppError(other)).toBe(false);
  }
});
