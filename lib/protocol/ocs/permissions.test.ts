import { expect, it } from "vitest";
import { grantsWriting, permissionBits } from "./permissions";

it.each([
  [1, "file", false],
  [17, "file", false],
  [3, "file", true],
  [15, "file", true],
  [19, "file", true],
  [31, "file", true],
  [5, "file", false],
  [1, "folder", false],
  [17, "folder", false],
  [15, "folder", true],
  [31, "folder", true],
] as const)("reads %i of a %s", (bits, kind, canWrite) => {
  expect(grantsWriting(bits, kind)).toBe(canWrite);
});

it.each([
  [0, "file"],
  [2, "file"],
  [16, "file"],
  [0, "folder"],
  [4, "folder"],
  [3, "folder"],
  [5, "folder"],
  [7, "folder"],
  [14, "folder"],
] as const)("grants for %i of a %s nothing rather than more", (bits, kind) => {
  expect(() => grantsWriting(bits, kind)).toThrow(expect.objectContaining({ code: "PERMISSIONS_UNSUPPORTED" }));
});

it("writes what it reads", () => {
  for (const kind of ["file", "folder"] as const) {
    for (const canWrite of [true, false]) {
      const [bits, more] = [false, true].map((canReshare) => permissionBits({ canWrite, kind, canReshare }));
      expect(grantsWriting(bits ?? 0, kind)).toBe(canWrite);
      expect((more ?? 0) - (bits ?? 0)).toBe(16);
    }
  }
});
