import { Readable } from "node:stream";
import { strToU8, zipSync } from "fflate";
import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { SearchQuery } from "@/lib/files/schema";
import { searchFiles } from "@/lib/files/search/search-files";
import { OFFICE, pdfBomb, pdfOf, zipOf } from "@/tests/documents";
import { makeUser } from "@/tests/make";
import { makeFile } from "@/tests/make-files";
import { documentReader } from "./document-reader";
import { readTexts, wakeReading } from "./read-texts";

let alice: UserPrincipal;
beforeEach(async () => {
  alice = await makeUser({ userName: "alice" });
});

const put = async (name: string, body: Buffer) =>
  (await ownTree(alice).write([name], Readable.from([body]), { size: body.length })).entry;
const namesFor = async (q: string) =>
  (await searchFiles(alice, SearchQuery.parse({ q }))).items.map(({ name }) => name);
const states = async () =>
  (await db().blobText.findMany({ orderBy: { blobId: "asc" } })).map(({ state, failure }) => failure ?? state);

const DOCUMENTS: [string, Buffer][] = [
  ["text", Buffer.from("The glacier is old.")],
  ["Markdown", Buffer.from("# Ice\n\nThe *glacier* is old.")],
  ["code", Buffer.from("const x = theGlacier(glacier.old);")],
  ["CSV", Buffer.from("what;age\nglacier;old\n")],
  ["a page", Buffer.from("<!doctype html><style>.secret{}</style><p>The <b>gla</b>cier is&nbsp;old.")],
  ["PDF", pdfOf("The glacier is old.")],
  ...Object.entries(OFFICE).map(([extension, make]): [string, Buffer] => [extension, make("glacier is old")]),
];
it.each(DOCUMENTS)("finds by what is written in %s, whatever its name", async (_format, body) => {
  await put("thing.xyz", body);

  await readTexts();

  expect(await states()).toEqual(["read"]);
  expect(await namesFor("glacier old")).toEqual(["thing.xyz"]);
  expect(await namesFor("secret")).toEqual([]);
});

it("notes what has no words, and what is broken, and leaves it alone from then on", async () => {
  await put("picture.png", Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\0", "latin1"));
  await put("archive.zip", zipOf({ "a.txt": "glacier" }));
  await put("broken.pdf", Buffer.from("%PDF-1.7 and then nothing of the kind"));
  await put("broken.docx", Buffer.from("PK\x03\x04 and then nothing of the kind"));

  await readTexts();
  const before = await db().blobText.findMany({ orderBy: { blobId: "asc" } });
  await readTexts();

  expect(before.map(({ state }) => state)).toEqual(["none", "none", "failed", "failed"]);
  expect(await db().blobText.findMany({ orderBy: { blobId: "asc" } })).toEqual(before);
});

it("does not unpack more than it is ready to", async () => {
  const bomb = zipSync({ "word/document.xml": [strToU8("<w:t>".padEnd(60_000_000, "x")), { level: 9 }] });
  await put("bomb.docx", Buffer.from(bomb));
  await put("after.txt", Buffer.from("glacier"));

  await readTexts();

  expect(await states()).toEqual(["none", "read"]);
  expect(await namesFor("glacier")).toEqual(["after.txt"]);
});

it("gives up a document that takes too long, and reads the next", async () => {
  const reader = documentReader({ characters: 40_000_000, seconds: 0.3 });
  try {
    await reader.read(Buffer.from("<html>"), "html"); // the thread is there
    const long = await reader.read(Buffer.from("<html>".padEnd(40_000_000, "<p>x</p>&amp;")), "html");
    const next = await documentReader({ characters: 1000 }).read(Buffer.from("<html>glacier"), "html");

    expect(long).toEqual({ failure: "It took too long." });
    expect(next).toEqual({ text: "glacier" });
  } finally {
    await reader.stop();
  }
});

it("gives up a paper that unpacks to more memory than there is for it", async () => {
  const reader = documentReader({ characters: 1000, megabytes: 60 });
  try {
    const bomb = await reader.read(await pdfBomb(300), "pdf");
    const next = await reader.read(pdfOf("glacier"), "pdf");

    expect(bomb).toEqual({ failure: "It took too much memory." });
    expect(next).toEqual({ text: "glacier\n" });
  } finally {
    await reader.stop();
  }
});

it("keeps a text whose words are too many for PostgreSQL by its beginning", async () => {
  const sign = (n: number) => String.fromCodePoint(0x4e00 + (n % 400));
  const words = Array.from({ length: 160_000 }, (_, n) => sign(n) + sign(Math.trunc(n / 400)));
  await put("words.txt", Buffer.from(`glacier ${words.join(" ")}`));

  await readTexts();

  expect((await db().blobText.findFirst())?.text).toHaveLength(100_000);
  expect(await namesFor("glacier")).toEqual(["words.txt"]);
});

it("reads what broke off once more, and then no longer", async () => {
  await put("thing.txt", Buffer.from("glacier"));
  await readTexts();
  const breakOff = (tries: number) =>
    db().blobText.updateMany({ data: { state: "reading", startedAt: new Date(0), tries, text: "" } });
  await breakOff(1);
  await readTexts();
  expect(await states()).toEqual(["read"]);
  await breakOff(2);

  await readTexts();

  expect(await states()).toEqual(["Reading it broke off twice."]);
});

it("forgets the words with the bytes", async () => {
  await makeFile(alice, "/thing.txt", "glacier");
  await readTexts();
  await db().fileNode.deleteMany({ where: { name: "thing.txt" } });
  await db().blob.deleteMany();

  expect(await db().blobText.count()).toBe(0);
});

it("waits in a queue once, however often it is asked for", async () => {
  await wakeReading();
  await wakeReading();

  const jobs = await db().$queryRaw`SELECT task_identifier AS name, queue_name AS queue FROM graphile_worker.jobs`;
  expect(jobs).toEqual([{ name: "read-texts", queue: "texts" }]);
});
