import { expect, it } from "vitest";
import { parseJsonLimited } from "./json";

const parse = (text: string, maxBytes = 64_000) => parseJsonLimited(Buffer.from(text), { maxBytes });
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

it("parses what is within the limits", () => {
  expect(parse('{"a":[1,"]}[{",{"b":"\\"["}]}')).toEqual({ a: [1, "]}[{", { b: '"[' }] });
  expect(parse(nested(16))).toBeDefined();
});

it("refuses a body over the limit with 413", () => {
  expect(() => parse('"12345678"', 9)).toThrow(expect.objectContaining({ status: 413, code: "BODY_TOO_LARGE" }));
  expect(parse('"12345678"', 10)).toBe("12345678");
});

it.each([nested(17), `{"a":${'{"a":'.repeat(16)}1${"}".repeat(17)}`, "[".repeat(60_000), `${nested(5)},${nested(17)}`])(
  "refuses what is nested too deeply",
  (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ status: 400, code: "JSON_TOO_DEEP" }));
  },
);

it("does not count brackets inside of strings", () => {
  expect(parse(JSON.stringify("[".repeat(100)))).toBe("[".repeat(100));
  expect(parse(JSON.stringify({ '{"\\': `\\"${"{".repeat(40)}` }))).toEqual({ '{"\\': `\\"${"{".repeat(40)}` });
});

it.each(["", "{", "nul", "{'a':1}", "[1,]", "{} x", '"\\', "NaN"])("refuses what is not JSON: %j", (text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ status: 400, code: "JSON_INVALID" }));
});

it("refuses invalid UTF-8", () => {
  for (const bytes of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0xaf, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
  ]) {
    expect(() => parseJsonLimited(Uint8Array.from(bytes), { maxBytes: 100 })).toThrow(
      expect.objectContaining({ code: "JSON_INVALID" }),
    );
  }
});

it.each(['"a\\u0000"', '{"a":["\\ud800"]}', '{"\\u0000":1}'])("refuses what is no text: %s", (text) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ status: 400, code: "TEXT_INVALID" }));
});

it("drops a key that could reach the prototype", () => {
  const parsed = parse('{"__proto__":{"isAdmin":true},"\\u005f_proto__":{"isAdmin":true},"name":"x"}') as object;

  expect(Object.keys(parsed)).toEqual(["name"]);
  expect(Object.assign({}, parsed)).not.toHaveProperty("isAdmin");
});
