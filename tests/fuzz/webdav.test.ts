import fc from "fast-check";
import { describe, expect } from "vitest";
import { isRangeCurrent, judgeConditions, type Validators } from "@/lib/protocol/dav/conditions";
import { depthOf, destinationOf, mayOverwrite, parseHttpDate } from "@/lib/protocol/dav/headers";
import { type IfList, parseIfHeader } from "@/lib/protocol/dav/if-header";
import { lockIdOf, readLockRequest, timeoutOf } from "@/lib/protocol/dav/lock-request";
import { readMultistatus } from "@/lib/protocol/dav/multistatus";
import { formatDavPath, parseDavPath, pathOfTarget } from "@/lib/protocol/dav/path";
import { readPropfind, readProppatch } from "@/lib/protocol/dav/propfind";
import { formatRange, parseContentRange, parseRange, resolveRange } from "@/lib/protocol/dav/range";
import { readXml } from "@/lib/protocol/dav/read-xml";
import { readSyncReport } from "@/lib/protocol/dav/sync-report";
import { escapeXml } from "@/lib/protocol/dav/xml";
import { xmlParser } from "@/lib/protocol/dav/xml-parser";
import { isSafeName } from "@/lib/protocol/ocm/text";
import { holds, refusesOrReads } from "./check";
import { anyBytes, anyText, longText, textOf } from "./inputs";

async function* inPieces(bytes: Uint8Array, size = 7) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const { href } of readMultistatus(body)) expect(typeof href).toBe("string");
}

describe("XML", () => {
  const markup = textOf(
    ...['<?xml version="1.0"?>', "<d:propfind", ' xmlns:d="DAV:"', ">", "/>", "</d:propfind>", "<d:prop>", "</d:prop>"],
    ...["<d:multistatus", "</d:multistatus>", "<d:response>", "</d:response>", "<d:href>", "</d:href>", "<d:propstat>"],
    ...["<!DOCTYPE a [", '<!ENTITY x "y">', "]>", "&x;", "&amp;", "&#0;", "<![CDATA[", "]]>", "<!--", "-->", "<a", "é"],
  );
  const bytes = fc.oneof(
    { weight: 5, arbitrary: markup.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: anyBytes },
  );
  const READERS: [string, (body: AsyncIterable<Uint8Array>) => Promise<unknown>][] = [
    ["of a request", readXml],
    ["of a PROPFIND", readPropfind],
    ["of a PROPPATCH", readProppatch],
    ["of a LOCK", readLockRequest],
    ["of a REPORT", readSyncReport],
    ["of a listing", readAll],
  ];

  for (const [what, read] of READERS) {
    holds(`${what} is read or refused`, bytes, (body) => refusesOrReads(() => read(inPieces(body))));
    holds(
      `${what} is read or refused, however long`,
      longText.map((text) => Buffer.from(`<a>${text}`)),
      (body) => refusesOrReads(() => read(inPieces(body, 16_384))),
      30,
    );
  }

  holds("holds a text as it was written", fc.string({ unit: "grapheme" }), (text) => {
    const pieces: string[] = [];
    const handlers = { open() {}, close() {}, text: (piece: string) => void pieces.push(piece) };
    const parser = xmlParser(handlers, { maxBytes: 10_000, maxDepth: 2, maxNodes: 100 });
    parser.write(Buffer.from(`<a>${escapeXml(text)}</a>`));
    parser.end();

    expect(pieces.join("")).toBe(text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\ufffd"));
  });
});

describe("an If header", () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9:.-]{0,20}$/);
  const etag = fc.stringMatching(/^(W\/)?"[a-z0-9!#.-]{0,12}"$/);
  const condition = fc.tuple(fc.boolean(), fc.oneof(fc.record({ token }), fc.record({ etag })));
  const conditions = fc.array(condition, { minLength: 1, maxLength: 3 });
  const list = fc.tuple(fc.option(fc.constantFrom("/a", "https://b.example.org/c")), conditions);

  holds(
    "is read or refused",
    fc.oneof(textOf("<", ">", "(", ")", "[", "]", "Not ", '"', "W/", "urn:x", " "), anyText),
    (text) => refusesOrReads(() => parseIfHeader(text)),
  );

  holds("of any length is read or refused", longText, (text) => refusesOrReads(() => parseIfHeader(text)), 60);

  holds("says what was written", fc.array(list, { minLength: 1, maxLength: 4 }), (lists) => {
    const meant: IfList[] = [];
    const parts = lists.map(([resource, all]) => {
      const read = all.map(([isNegated, what]) => ({ isNegated, ...what }));
      meant.push({ resource: resource ?? meant.at(-1)?.resource ?? null, conditions: read });
      return `${resource ? `<${resource}> ` : ""}(${all.map(printed).join(" ")})`;
    });

    expect(parseIfHeader(parts.join(" "))).toEqual(meant);
  });

  const printed = ([isNegated, what]: [boolean, { token: string } | { etag: string }]) =>
    `${isNegated ? "Not " : ""}${"token" in what ? `<${what.token}>` : `[${what.etag}]`}`;
});

describe("a path", () => {
  const text = textOf(
    "/",
    "..",
    ".",
    "%2e",
    "%2F",
    "%5c",
    "%00",
    "a",
    "é",
    "?",
    "#",
    "http://b.example.org",
    "%",
    "\\",
  );

  holds("is names that a file can have, or refused", fc.oneof(text, anyText, longText), async (encoded) => {
    const names = await refusesOrReads(() => parseDavPath(pathOfTarget(encoded)));

    for (const name of names ?? []) expect(isSafeName(name)).toBe(true);
  });

  const name = fc.oneof(fc.string({ unit: "grapheme" }), anyText).filter((each) => isSafeName(each));
  holds("says what was written", fc.array(name, { maxLength: 4 }), (names) => {
    expect(parseDavPath(formatDavPath(names))).toEqual(names);
  });

  holds("of a Destination is on this server, or refused", fc.oneof(text, anyText), (destination) =>
    refusesOrReads(() => destinationOf({ destination }, ["b.example.org"]), { alsoRefusedAs: [502] }),
  );
});

describe("headers", () => {
  const text = fc.oneof(
    textOf("0", "1", "infinity", "T", "F", "*", '"e"', "W/", ",", "bytes=", "-", "bytes 0-1/2", "99"),
    anyText,
  );
  const current: Validators = { etag: "e", modifiedAt: new Date("2026-11-01T12:00:00Z") };
  const NAMES = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"];
  const conditional = fc.dictionary(
    fc.constantFrom(...NAMES),
    fc.oneof(text, fc.constant("Sun, 01 Nov 2026 12:00:00 GMT")),
  );

  holds("are read or refused", text, async (value) => {
    await refusesOrReads(() => depthOf({ depth: value }));
    await refusesOrReads(() => mayOverwrite({ overwrite: value }));
    await refusesOrReads(() => lockIdOf({ "lock-token": value }));
    timeoutOf({ timeout: value }, { usual: 60, most: 60 });
    parseHttpDate(value);
    parseContentRange(value);
  });

  holds("of conditions are judged or refused", fc.tuple(conditional, fc.boolean()), async ([given, isThere]) => {
    for (const method of ["GET", "PUT"]) {
      await refusesOrReads(() => judgeConditions(method, given, isThere ? current : null));
    }
    isRangeCurrent(given, current, new Date("2026-11-01T12:00:05Z"));
  });

  holds("of a range name bytes that are there", fc.tuple(text, fc.nat(100)), ([value, size]) => {
    const range = parseRange(value);
    if (!range) return;
    const span = resolveRange(range, size);

    expect(parseRange(formatRange(range))).toEqual(range);
    if (span) expect(0 <= span.start && span.start <= span.end && span.end < size).toBe(true);
  });
});
