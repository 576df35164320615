import { expect, it } from "vitest";
import { parseFormLimited } from "./form";

const read = (text: string, maxBytes = 1000) => parseFormLimited(Buffer.from(text), { maxBytes });

it.each([
  ["", {}],
  ["a=1&b=two+words&c=%C3%BC", { a: "1", b: "two words", c: "ü" }],
  ["a=1&a=2", { a: "2" }],
  ["__proto__=x", JSON.parse('{"__proto__":"x"}')],
  ["a=%FF", { a: "\ufffd" }],
])("reads %j", (text, fields) => {
  expect(read(text)).toEqual(fields);
});

it("refuses what no text can hold, and too much", () => {
  expect(() => read("a=%00")).toThrow(expect.objectContaining({ code: "TEXT_INVALID" }));
  expect(() => read("a=12345", 5)).toThrow(expect.objectContaining({ status: 413, code: "BODY_TOO_LARGE" }));
});
