import { describe, expect, it } from "vitest";
import { isRangeCurrent, judgeConditions } from "./conditions";
import { depthOf, destinationOf, mayOverwrite, parseHttpDate } from "./headers";
import { parseIfHeader } from "./if-header";
import { formatDavPath, parseDavPath, pathOfTarget } from "./path";
import { formatRange, parseContentRange, parseRange, resolveRange } from "./range";

const now = new Date("2026-11-22T12:00:00Z");
const current = { etag: "abc", modifiedAt: new Date("2026-11-22T10:00:00.500Z") };
const SAME = "Sun, 22 Nov 2026 10:00:00 GMT";
const BEFORE = "Sun, 22 Nov 2026 09:59:59 GMT";

describe("conditions", () => {
  it.each([
    ["GET", {}, "proceed"],
    ["GET", { "if-none-match": '"abc"' }, "not-modified"],
    ["HEAD", { "if-none-match": 'W/"abc"' }, "not-modified"],
    ["GET", { "if-none-match": '"x", "abc"' }, "not-modified"],
    ["GET", { "if-none-match": '"x"', "if-modified-since": SAME }, "proceed"],
    ["GET", { "if-none-match": "*" }, "not-modified"],
    ["PUT", { "if-none-match": "*" }, "failed"],
    ["PUT", { "if-none-match": '"abc"' }, "failed"],
    ["PUT", { "if-match": '"abc"' }, "proceed"],
    ["PUT", { "if-match": 'W/"abc"' }, "failed"],
    ["PUT", { "if-match": '"x","y"' }, "failed"],
    ["PUT", { "if-match": "*" }, "proceed"],
    ["GET", { "if-match": '"x"' }, "failed"],
    ["GET", { "if-modified-since": SAME }, "not-modified"],
    ["GET", { "if-modified-since": BEFORE }, "proceed"],
    ["PUT", { "if-modified-since": SAME }, "proceed"],
    ["GET", { "if-modified-since": "yesterday" }, "proceed"],
    ["PUT", { "if-unmodified-since": SAME }, "proceed"],
    ["PUT", { "if-unmodified-since": BEFORE }, "failed"],
    ["PUT", { "if-match": '"abc"', "if-unmodified-since": BEFORE }, "proceed"],
  ])("of a %s with %j say %s", (method, headers, verdict) => {
    expect(judgeConditions(method, headers, current)).toBe(verdict);
  });

  it.each([
    ["PUT", { "if-match": "*" }, "failed"],
    ["PUT", { "if-match": '"abc"' }, "failed"],
    ["PUT", { "if-none-match": "*" }, "proceed"],
    ["PUT", { "if-none-match": '"abc"' }, "proceed"],
    ["PUT", { "if-unmodified-since": BEFORE }, "proceed"],
  ])("of a %s with %j, where nothing stands, say %s", (method, headers, verdict) => {
    expect(judgeConditions(method, headers, null)).toBe(verdict);
  });

  it.each(["abc", '"abc', "", 'w/"a"x', '"a" "b" c'])("refuse the entity tag %j", (tag) => {
    expect(() => judgeConditions("PUT", { "if-match": tag }, current)).toThrow(/quotes/);
  });

  it.each([
    [undefined, true],
    ['"abc"', true],
    ['W/"abc"', false],
    ['"x"', false],
    [SAME, true],
    [BEFORE, false],
    ["nonsense", false],
  ])("let a range count with If-Range %j: %j", (header, isCurrent) => {
    expect(isRangeCurrent({ "if-range": header }, current, now)).toBe(isCurrent);
  });

  it("trust no date of this very second", () => {
    expect(isRangeCurrent({ "if-range": SAME }, current, new Date("2026-11-22T10:00:00.900Z"))).toBe(false);
  });
});

describe("ranges", () => {
  it.each([
    ["bytes=0-0", { first: 0, last: 0 }, { start: 0, end: 0 }],
    ["bytes=5-", { first: 5 }, { start: 5, end: 9 }],
    ["bytes=-3", { suffix: 3 }, { start: 7, end: 9 }],
    ["bytes=-30", { suffix: 30 }, { start: 0, end: 9 }],
    ["bytes=8-99", { first: 8, last: 99 }, { start: 8, end: 9 }],
    ["bytes=10-", { first: 10 }, null],
    ["bytes=-0", { suffix: 0 }, null],
  ])("%s of ten bytes", (header, request, span) => {
    const range = parseRange(header);

    expect(range).toEqual(request);
    expect(range && resolveRange(range, 10)).toEqual(span);
    expect(range && formatRange(range)).toBe(header);
  });

  it.each([
    undefined,
    "",
    "bytes=",
    "bytes=-",
    "bytes=5-4",
    "bytes=0-1,3-4",
    "lines=0-1",
    "bytes=a-b",
    "bytes=9999999999999999-",
  ])("%j does not count", (header) => {
    expect(parseRange(header)).toBeNull();
  });

  it.each([
    ["bytes 0-4/10", { start: 0, end: 4, size: 10 }],
    ["bytes 0-4/*", null],
    ["bytes 5-4/10", null],
    ["bytes 0-10/10", null],
    ["bytes */10", null],
    [undefined, null],
  ])("Content-Range %j", (header, span) => {
    expect(parseContentRange(header)).toEqual(span);
  });
});

describe("paths", () => {
  it.each([
    ["", []],
    ["/", []],
    ["/.", []],
    ["/./a//b/", ["a", "b"]],
    ["/a%20b/%C3%A9", ["a b", "é"]],
    ["/100%25/%2541", ["100%", "%41"]],
    ["/...", ["..."]],
    [`/${"é".repeat(127)}`, ["é".repeat(127)]],
  ])("%s is read", (encoded, path) => {
    expect(parseDavPath(encoded)).toEqual(path);
  });

  it.each([
    "/..",
    "/a/../b",
    "/%2e%2e",
    "/.%2e/b",
    "/a%2fb",
    "/a%2Fb",
    "/a%5Cb",
    "/a\\b",
    "/a%00",
    "/a%0Ab",
    "/a%7f",
    "/%C2%85",
    "/%E2%80%AEtxt.exe",
    "/%C3%28",
    "/%ED%A0%80",
    "/%",
    "/%zz",
    "/%C0%AF",
    `/${"é".repeat(128)}`,
  ])("%s is refused", (encoded) => {
    expect(() => parseDavPath(encoded)).toThrow(expect.objectContaining({ status: 400, code: "PATH_INVALID" }));
  });

  it("come back as they were written", () => {
    const path = ["a b", "50% #?&+;é'()", "😀"];

    expect(parseDavPath(formatDavPath(path))).toEqual(path);
  });

  it.each([
    ["/dav/x?y=1?2", "/dav/x"],
    ["http://cloud.example.org/dav/../x", "/dav/../x"],
    ["https://cloud.example.org", "/"],
    ["*", "*"],
  ])("of the target %s is %s", (target, path) => {
    expect(pathOfTarget(target)).toBe(path);
  });

  it("have no fragment", () => {
    expect(() => pathOfTarget("/dav/x#y")).toThrow(expect.objectContaining({ code: "PATH_INVALID" }));
  });
});

describe("headers of WebDAV", () => {
  it("default to the whole tree, and to overwriting", () => {
    expect(depthOf({})).toBe("infinity");
    expect(mayOverwrite({})).toBe(true);
    expect(mayOverwrite({ overwrite: "f" })).toBe(false);
  });

  it.each([{ depth: "2" }, { depth: "1,noroot" }, { depth: "" }])("refuse %j", (headers) => {
    expect(() => depthOf(headers)).toThrow(expect.objectContaining({ code: "HEADER_INVALID" }));
  });

  it.each([
    ["/dav/ocm/1/a", "/dav/ocm/1/a"],
    ["https://cloud.example.org/dav/ocm/1/./a", "/dav/ocm/1/./a"],
    ["https://Cloud.Example.org/dav/../x", "/dav/../x"],
  ])("lead to %s", (destination, path) => {
    expect(destinationOf({ destination }, ["cloud.example.org"])).toBe(path);
  });

  it.each([
    ["https://other.example.org/dav/ocm/1/a", 502],
    ["https://cloud.example.org:8443/dav/ocm/1/a", 502],
    ["https://user@cloud.example.org/dav/ocm/1/a", 502],
    ["//cloud.example.org/dav", 400],
    ["dav/ocm/1/a", 400],
    ["file:///etc/passwd", 400],
    [undefined, 400],
  ])("do not lead to %s", (destination, status) => {
    expect(() => destinationOf({ destination }, ["cloud.example.org"])).toThrow(expect.objectContaining({ status }));
  });

  it.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
    ["Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37.000Z"],
    ["Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37.000Z"],
    ["Sat, 21 Nov 2026 22:41:06 +0000", "2026-11-21T22:41:06.000Z"],
  ])("hold the date %s", (text, iso) => {
    expect(parseHttpDate(text)?.toISOString()).toBe(iso);
  });

  it.each(["2026-11-21", "now", "", undefined, "Sat, 99 Foo 2026 22:41:06 GMT"])("hold no date in %j", (text) => {
    expect(parseHttpDate(text)).toBeNull();
  });
});

describe("the If header", () => {
  it.each([
    ["(<urn:uuid:1>)", [{ resource: null, conditions: [{ isNegated: false, token: "urn:uuid:1" }] }]],
    [
      '(Not <DAV:no-lock> ["a b"]) ([W/"c"])',
      [
        {
          resource: null,
          conditions: [
            { isNegated: true, token: "DAV:no-lock" },
            { isNegated: false, etag: '"a b"' },
          ],
        },
        { resource: null, conditions: [{ isNegated: false, etag: 'W/"c"' }] },
      ],
    ],
    [
      '<https://cloud.example.org/a>(["1"])(["2"]) </b> (<t>)',
      [
        { resource: "https://cloud.example.org/a", conditions: [{ isNegated: false, etag: '"1"' }] },
        { resource: "https://cloud.example.org/a", conditions: [{ isNegated: false, etag: '"2"' }] },
        { resource: "/b", conditions: [{ isNegated: false, token: "t" }] },
      ],
    ],
  ])("%s is read", (header, lists) => {
    expect(parseIfHeader(header)).toEqual(lists);
  });

  it.each(["", "()", "(", "<a>", "(a)", '("a")', '(["a"]', '(["a)', "(<a> <b) (<c>)", "x(<a>)", "(<a>) x", "(Not)"])(
    "%j is refused",
    (header) => {
      expect(() => parseIfHeader(header)).toThrow(expect.objectContaining({ code: "HEADER_INVALID" }));
    },
  );

  it("is refused in no time when it is made to be slow", () => {
    const begun = performance.now();

    expect(() => parseIfHeader(`(${"Not ".repeat(4000)}`)).toThrow();
    expect(() => parseIfHeader(`${"(<a>) ".repeat(2500)}(`)).toThrow();
    expect(() => parseIfHeader(`(<a>${" ".repeat(15_000)}x)`)).toThrow();
    expect(performance.now() - begun).toBeLessThan(20_000); // a square of their length would take far longer
  });
});
