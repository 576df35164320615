import { describe, expect, it } from "vitest";
import { hasCode } from "@/lib/core/errors";
import { readPropfind, readProppatch } from "./propfind";
import { readXml } from "./read-xml";
import { writeXml } from "./write-xml";
import { escapeXml } from "./xml";

async function* bytes(...parts: (string | Uint8Array)[]) {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
}
const propfind = (inner: string) => `<?xml version="1.0"?><d:propfind xmlns:d="DAV:">${inner}</d:propfind>`;

describe("XML of strangers", () => {
  const bombs: [name: string, xml: string | Uint8Array][] = [
    ["entities that multiply", '<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'],
    ["an external entity", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'],
    ["a bare doctype", "<!DOCTYPE html><x/>"],
    ["an undefined entity", "<x>&nbsp;</x>"],
    ["an open element", "<x><y></x>"],
    ["two roots", "<x/><y/>"],
    ["text only", "hello"],
    ["an unbound prefix", "<d:x/>"],
    ["a control character", "<x>\u0001</x>"],
    ["a control character that is escaped", "<x>&#0;</x>"],
    ["bytes that are not UTF-8", Uint8Array.of(0x3c, 0x78, 0x3e, 0xc3, 0x28, 0x3c, 0x2f, 0x78, 0x3e)],
    ["half a character at the end", Uint8Array.of(0x3c, 0x78, 0x2f, 0x3e, 0xc3)],
    ["many attributes", `<x ${Array.from({ length: 30_000 }, (_, i) => `a${i}=""`).join(" ")}/>`],
    ["many elements", `<x>${"<y/>".repeat(30_000)}</x>`],
    ["deep nesting", "<x>".repeat(20_000)],
    ["deep nesting with namespaces", Array.from({ length: 20_000 }, (_, i) => `<x xmlns:n${i}="u">`).join("")],
  ];
  it.each(bombs)("refuses %s at once", async (_name, xml) => {
    const begun = performance.now();

    const reading = readXml(bytes(xml));

    await expect(reading).rejects.toSatisfy((error) => hasCode(error, "XML_INVALID"));
    expect(performance.now() - begun).toBeLessThan(20_000); // a square of its length would take far longer
  });

  it("refuses more than a mebibyte as soon as it is passed", async () => {
    let chunks = 0;
    async function* endless() {
      yield Buffer.from("<x>");
      for (;;) {
        chunks++;
        yield Buffer.alloc(64 * 1024, " ");
      }
    }

    await expect(readXml(endless())).rejects.toMatchObject({ status: 413, code: "BODY_TOO_LARGE" });
    expect(chunks).toBeLessThan(18);
  });

  it("reads a character that is cut between two chunks", async () => {
    const [start, end] = [Buffer.from("<x>é</x>").subarray(0, 4), Buffer.from("<x>é</x>").subarray(4)];

    expect(await readXml(bytes(start, end))).toMatchObject({ name: "x", namespace: "" });
  });

  it("finds nothing in an empty body", async () => {
    expect(await readXml(bytes())).toBeNull();
  });
});

describe("a propfind", () => {
  it.each([
    ["nothing", "", { mode: "allprop", names: [] }],
    ["allprop", propfind("<d:allprop/>"), { mode: "allprop", names: [] }],
    [
      "allprop without a namespace",
      "<d:propfind xmlns:d='DAV:'><allprop/></d:propfind>",
      { mode: "allprop", names: [] },
    ],
    [
      "allprop with more",
      propfind('<d:allprop/><d:include><q xmlns="urn:q"/></d:include>'),
      { mode: "allprop", names: [{ namespace: "urn:q", name: "q" }] },
    ],
    ["propname", propfind("<d:propname/>"), { mode: "propname", names: [] }],
    [
      "names, each once",
      propfind("<d:prop><d:getetag/><d:getetag/><other/></d:prop>"),
      {
        mode: "prop",
        names: [
          { namespace: "DAV:", name: "getetag" },
          { namespace: "", name: "other" },
        ],
      },
    ],
  ])("asks by %s", async (_name, xml, query) => {
    expect(await readPropfind(bytes(xml))).toEqual(query);
  });

  it.each([
    ["of another root", '<propfind xmlns="urn:other"><allprop/></propfind>'],
    ["that asks for nothing", propfind("")],
    [
      "with thousands of names",
      propfind(`<d:prop>${Array.from({ length: 300 }, (_, i) => `<p${i}/>`).join("")}</d:prop>`),
    ],
  ])("is refused when it is one %s", async (_name, xml) => {
    await expect(readPropfind(bytes(xml))).rejects.toMatchObject({ status: 400, code: "XML_INVALID" });
  });
});

it("reads what a proppatch would change, in its order", async () => {
  const xml =
    '<d:propertyupdate xmlns:d="DAV:" xmlns:z="urn:z"><d:set><d:prop><z:color>red</z:color></d:prop></d:set>' +
    "<d:remove><d:prop><z:size/></d:prop></d:remove></d:propertyupdate>";

  expect(await readProppatch(bytes(xml))).toEqual([
    { namespace: "urn:z", name: "color", value: '<color xmlns="urn:z">red</color>' },
    { namespace: "urn:z", name: "size", value: null },
  ]);
});

it("takes along the language that a property is in, from wherever it was said", async () => {
  const property = (attribute: string) => `<d:set xml:lang="de"><d:prop><a${attribute}>x</a></d:prop></d:set>`;
  const xml = `<d:propertyupdate xmlns:d="DAV:">${property("")}${property(' xml:lang="fr"')}</d:propertyupdate>`;

  const values = (await readProppatch(bytes(xml))).map(({ value }) => value);

  expect(values).toEqual(['<a xmlns="" xml:lang="de">x</a>', '<a xmlns="" xml:lang="fr">x</a>']);
});

describe("an element that is written down", () => {
  it.each([
    ["<a/>", '<a xmlns=""/>'],
    ['<x:a xmlns:x="u&amp;v"><x:b/></x:a>', '<a xmlns="u&amp;v"><b/></a>'],
    [
      '<a>1 &lt; 2<![CDATA[<b>]]><!-- not this --><b xmlns="w"/> &#13;</a>',
      '<a xmlns="">1 &lt; 2&lt;b&gt;<b xmlns="w"/> &#13;</a>',
    ],
    [
      '<a one="&quot;&#10;" p:two="2" xmlns:p="u" xml:lang="de"/>',
      '<a xmlns="" one="&quot;&#10;" xmlns:a1="u" a1:two="2" xml:lang="de"/>',
    ],
  ])("means the same alone: %s", async (xml, written) => {
    const read = await readXml(bytes(xml));
    const again = await readXml(bytes(written));

    expect(read && writeXml(read)).toBe(written);
    expect(again && writeXml(again)).toBe(written);
  });
});

it.each([
  ["a & b", "a &amp; b"],
  ['<"x">', "&lt;&quot;x&quot;&gt;"],
  ["tab\tand\r", "tab\tand&#13;"],
  ["\u0000\u0008\ufffe\ud800", "\ufffd\ufffd\ufffd\ufffd"],
  ["plain ünïcode 😀", "plain ünïcode 😀"],
])("escapes %j", (text, escaped) => {
  expect(escapeXml(text)).toBe(escaped);
});
