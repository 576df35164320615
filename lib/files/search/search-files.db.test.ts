import { beforeEach, expect, it } from "vitest";
import { db, pool } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";
import { SearchQuery } from "@/lib/files/schema";
import { readTexts } from "@/lib/files/texts/read-texts";
import { makeSite, makeUser } from "@/tests/make";
import { makeFile, names } from "@/tests/make-files";
import { searchBelow, searchFiles } from "./search-files";
import { searchStatement } from "./statement";
import { termsOf } from "./terms";

let alice: UserPrincipal;
beforeEach(async () => {
  alice = await makeUser({ userName: "alice" });
});

type Asked = Partial<Record<keyof SearchQuery, string | number>>;
const search = (asked: Asked, who = alice) => searchFiles(who, SearchQuery.parse(asked));
/** The paths of what is found, sorted. */
const pathsOf = async (asked: Asked, who = alice) =>
  (await search(asked, who)).items.map(({ folder, name }) => `${folder === "/" ? "" : folder}/${name}`).sort();

it("finds files and folders by any part of their names, with their place", async () => {
  await makeFile(alice, "/Trips/Alps 2026/glacier-photo.png");
  await makeFile(alice, "/Glaciers/notes.txt");
  await makeFile(alice, "/other.txt");

  expect(await pathsOf({ q: "lacier" })).toEqual(["/Glaciers", "/Trips/Alps 2026/glacier-photo.png"]);
  expect(await pathsOf({ q: "photo glac" })).toEqual(["/Trips/Alps 2026/glacier-photo.png"]);
  expect(await pathsOf({ q: '"alps 2026"' })).toEqual(["/Trips/Alps 2026"]);
  expect(await pathsOf({ q: "lp" })).toEqual(["/Trips/Alps 2026"]);
  expect(await pathsOf({ q: "zebra" })).toEqual([]);
});

it("says of one folder whether all below it was looked into", async () => {
  await makeFile(alice, "/Trail/huts/map.txt");
  await makeFile(alice, "/Trail/lakes/map.txt");
  const { id } = await ownTree(alice).stat(["Trail"]);
  const below = (mostFolders?: number) =>
    searchBelow(alice, id, SearchQuery.parse({ q: "map" }), mostFolders === undefined ? {} : { mostFolders });

  const [whole, cut] = [await below(), await below(2)];

  expect(whole).toMatchObject({ isWhole: true, next: null });
  expect(whole.items).toHaveLength(2);
  expect(cut).toMatchObject({ isWhole: false, next: null });
  expect(cut.items).toHaveLength(1);
});

it("does not mind case and accents, on either side", async () => {
  await makeFile(alice, "/Übersicht Čeština.txt");
  await makeFile(alice, "/Straße.txt");

  for (const q of ["ubersicht", "ÜBERSICHT", "cestina", "čeština"]) {
    expect(await pathsOf({ q }), q).toEqual(["/Übersicht Čeština.txt"]);
  }
  expect(await pathsOf({ q: "strasse" })).toEqual(["/Straße.txt"]);
});

it("takes signs for what they are", async () => {
  await makeFile(alice, "/100%_sure.txt");
  await makeFile(alice, "/1000 sure.txt");

  for (const q of ["100%", "%_s", "%"]) expect(await pathsOf({ q }), q).toEqual(["/100%_sure.txt"]);
  for (const q of ["'", "e\\.t", "' OR true --", ":*", "\u0001"]) expect(await pathsOf({ q }), q).toEqual([]);
});

it("finds by content, and shows where it says so", async () => {
  await makeFile(alice, "/notes.txt", `${"before ".repeat(40)} The Glácier <b>melts</b>. ${"after ".repeat(80)}`);
  await readTexts();

  const { items } = await search({ q: "glacier" });

  expect(items).toMatchObject([{ name: "notes.txt", folder: "/" }]);
  const snippet = items[0]?.snippet ?? [];
  expect(snippet.filter(({ isMatch }) => isMatch)).toEqual([{ text: "Glácier", isMatch: true }]);
  const whole = snippet.map(({ text }) => text).join("");
  expect(whole).toMatch(/^…before .* The Glácier <b>melts<\/b>\. after .* after…$/);
  expect(whole.length).toBeLessThan(260);
  expect(await pathsOf({ q: "glac melts" })).toEqual(["/notes.txt"]);
  expect(await pathsOf({ q: '"the glacier"' })).toEqual(["/notes.txt"]);
  expect(await pathsOf({ q: '"melts glacier"' })).toEqual([]);
});

it("finds nothing of others, of the same site or another, by name or by content", async () => {
  const site = await makeSite();
  const bob = await makeUser({ site, userName: "bob" });
  const carol = await makeUser({ site, userName: "carol" });
  await makeFile(bob, "/glacier.txt", "The moraine.");
  await readTexts();

  for (const q of ["glacier", "moraine", "gl", ""]) {
    expect(await pathsOf({ q }, carol), q).toEqual([]);
    expect(await pathsOf({ q }, alice), q).toEqual([]);
  }
  expect(await pathsOf({ q: "moraine" }, bob)).toEqual(["/glacier.txt"]);
});

it("finds a copy by the words of what it was copied from", async () => {
  await makeFile(alice, "/one.txt", "glacier");
  await readTexts();
  await ownTree(alice).copy(["one.txt"], ["two.txt"]);

  expect(await pathsOf({ q: "glacier" })).toEqual(["/one.txt", "/two.txt"]);
});

it("finds nothing in the trash, nor below a folder that is in it", async () => {
  await makeFile(alice, "/glacier.txt", "x");
  await makeFile(alice, "/Old/deep/glacier.txt", "moraine");
  await makeFile(alice, "/kept/glacier.txt", "x");
  await readTexts();
  await ownTree(alice).remove(["glacier.txt"]);
  await ownTree(alice).remove(["Old"]);

  expect(await pathsOf({ q: "glacier" })).toEqual(["/kept/glacier.txt"]);
  expect(await pathsOf({ q: "gl" })).toEqual(["/kept/glacier.txt"]);
  expect(await pathsOf({ q: "moraine" })).toEqual([]);
});

it("narrows by kind", async () => {
  for (const name of ["a.PNG", "a.md", "LICENSE", "a.pdf", "a.docx", "a.ods", "a.mp3", "a.mkv", "a.zip", "png"]) {
    await makeFile(alice, `/${name}`);
  }
  await ownTree(alice).makeFolder(["folder.png"]);

  expect(await pathsOf({ kind: "image" })).toEqual(["/a.PNG"]);
  expect(await pathsOf({ kind: "text" })).toEqual(["/LICENSE", "/a.md"]);
  expect(await pathsOf({ kind: "pdf" })).toEqual(["/a.pdf"]);
  expect(await pathsOf({ kind: "office" })).toEqual(["/a.docx", "/a.ods"]);
  expect(await pathsOf({ kind: "audio" })).toEqual(["/a.mp3"]);
  expect(await pathsOf({ kind: "video" })).toEqual(["/a.mkv"]);
  expect(await pathsOf({ kind: "folder" })).toEqual(["/folder.png"]);
  expect(await pathsOf({ kind: "folder", q: "png" })).toEqual(["/folder.png"]);
});

it("narrows by when it was changed", async () => {
  for (const day of ["01", "02", "03"]) {
    await makeFile(alice, `/${day}.txt`);
    await db().fileNode.updateMany({ where: { name: `${day}.txt` }, data: { modifiedAt: `2026-05-${day}T12:00:00Z` } });
  }

  expect(await pathsOf({ from: "2026-05-02T00:00:00Z" })).toEqual(["/02.txt", "/03.txt"]);
  expect(await pathsOf({ q: "txt", from: "2026-05-02T00:00:00Z", until: "2026-05-03T00:00:00Z" })).toEqual(["/02.txt"]);
});

it("finds received shares by their names, and tells them from one's own by who gave them", async () => {
  await makeFile(alice, "/glacier.txt");
  await mount("glacier folder", { senderName: "Bob", resourceType: "folder" });
  await mount("glacier.pdf", { senderName: "Carol", resourceType: "file" });

  const { items } = await search({ q: "glacier", sharedBy: "Carol" });

  expect(items).toMatchObject([{ kind: "file", mediaType: "application/pdf", size: null }]);
  expect(items[0]?.sharedBy).toEqual({ name: "Carol", provider: "there.example.org" });
  expect(await pathsOf({ q: "glacier", owner: "me" })).toEqual(["/glacier.txt"]);
  expect(await pathsOf({ owner: "others" })).toEqual(["/glacier folder", "/glacier.pdf"]);
  expect(await pathsOf({ kind: "pdf" })).toEqual(["/glacier.pdf"]);
  expect(await pathsOf({ kind: "folder", q: "gl" })).toEqual(["/glacier folder"]);
});

async function mount(name: string, share: { senderName: string; resourceType: string }) {
  const { siteId, userId } = alice;
  const id = newId();
  const wire = { provider: "there.example.org", providerId: id, sender: "b@x", owner: "b@x", shareWith: "a@y" };
  await db().receivedShare.create({
    data: { siteId, id, receiverId: userId, name, role: "viewer", state: "accepted", ...wire, ...share },
  });
  const root = await db().fileNode.findFirst({ where: { siteId, ownerId: userId, parentId: null } });
  const where = { siteId, ownerId: userId, parentId: root?.id ?? "" };
  await db().fileNode.create({ data: { ...where, name, kind: "mount", mountId: id } });
}

/** Many files in one folder, each a second newer than the one before. */
async function makeMany(count: number, folder = "many"): Promise<void> {
  await ownTree(alice).makeFolder([folder]);
  const { id } = await ownTree(alice).stat([folder]);
  await pool().query(
    `INSERT INTO "FileNode" ("siteId", "id", "ownerId", "parentId", "kind", "name", "modifiedAt")
     SELECT $1, gen_random_uuid(), $2, $3, 'file', 'glacier ' || n || '.txt',
       '2026-01-01'::timestamptz + n * interval '1 second' FROM generate_series(1, $4::int) n`,
    [alice.siteId, alice.userId, id, count],
  );
}

async function allNames(asked: Asked): Promise<{ found: string[]; pages: number }> {
  const found: string[] = [];
  for (let after: string | undefined, pages = 1; ; pages++) {
    const page = await search({ ...asked, ...(after && { after }) });
    found.push(...page.items.map(({ name }) => name));
    if (page.next === null) return { found, pages };
    after = page.next;
  }
}

it.each(["glacier", "ac", ""])("gives each thing once, the newest first, page by page (%s)", async (q) => {
  await makeMany(250);
  await db().fileNode.updateMany({
    where: { name: { startsWith: "glacier 1" } },
    data: { modifiedAt: "2026-02-01T00:00:00Z" },
  });

  const { found } = await allNames({ q, kind: "text", limit: 20 });

  expect(new Set(found).size).toBe(250);
  expect(found).toHaveLength(250);
  expect(found.slice(0, 100).every((name) => name.startsWith("glacier 1"))).toBe(true);
});

it("looks at so many at once and no more, and goes on from there", async () => {
  await makeMany(4_500);
  await makeFile(alice, "/zz.txt");
  await db().fileNode.updateMany({ where: { name: "zz.txt" }, data: { modifiedAt: new Date(0) } });

  const first = await search({ q: "zz" });
  const { found, pages } = await allNames({ q: "zz" });

  expect(first.items).toEqual([]);
  expect(found).toEqual(["zz.txt"]);
  expect(pages).toBeLessThan(5);
});

it("goes past what is below a folder in the trash", async () => {
  await makeMany(300);
  await makeFile(alice, "/glacier old.txt");
  await db().fileNode.updateMany({ where: { name: "glacier old.txt" }, data: { modifiedAt: new Date(0) } });
  await ownTree(alice).remove(names("/many"));

  expect((await allNames({ q: "glacier", limit: 20 })).found).toEqual(["glacier old.txt"]);
});

const ID = "00000000-0000-7000-8000-000000000000";
it.each(["x", "_", "1_", `1_${"0".repeat(36)}`, `_${ID}`, `-8640000000000000_${ID}`, `8640000000000000_${ID}`])(
  "refuses a page that there is not (%s)",
  async (after) => {
    await expect(search({ after })).rejects.toMatchObject({ code: "PAGE_INVALID" });
  },
);

it("finds a rare name by the index of letters, and what is common in its order", async () => {
  await makeMany(20_000);
  await makeFile(alice, "/moraine.txt");
  await pool().query(`ANALYZE "FileNode"`);
  const planOf = async (q: string) => {
    const query = SearchQuery.parse({ q, owner: "others" }); // texts aside
    const { text, values } = searchStatement(alice, query, { terms: termsOf(q), before: null, candidates: 101 });
    const { rows } = await pool().query(`EXPLAIN ${text}`, values);
    return JSON.stringify(rows);
  };

  expect(await planOf("moraine")).toContain("FileNode_search");
  expect(await planOf("zz")).toContain("FileNode_own");
});

it("is not planned as if a site that is newer than the last ANALYZE had nothing", async () => {
  await makeMany(2_000);
  await pool().query(`ANALYZE "FileNode"`);

  const { rows } = await pool().query(`EXPLAIN (FORMAT JSON) SELECT FROM "FileNode" WHERE "siteId" = $1`, [newId()]);

  expect(rows[0]["QUERY PLAN"][0].Plan["Plan Rows"]).toBeGreaterThan(1_000);
});
