import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { moveTraces } from "@/lib/drive/traces";
import { ownTree } from "@/lib/files/own-tree";
import { carryProperties, changeProperties } from "@/lib/files/properties";
import { getSite } from "@/lib/sites/sites";
import { type DavFiles, openFiles, startServer } from "@/tests/dav-files";
import { makeUser } from "@/tests/make";
import { makeFile } from "@/tests/make-files";

let server: Awaited<ReturnType<typeof startServer>>;
let alice: SessionPrincipal;
let dav: DavFiles;

beforeEach(async () => {
  server = await startServer();
  alice = await makeUser({ userName: "alice" });
  dav = await openFiles(server.origin, alice);
  await makeFile(alice, "/Work/plan.txt", "plan");
});
afterEach(() => server.stop());

const update = (steps: string) => `<d:propertyupdate xmlns:d="DAV:" xmlns:x="urn:x">${steps}</d:propertyupdate>`;
const set = (prop: string) => `<d:set><d:prop>${prop}</d:prop></d:set>`;
const remove = (prop: string) => `<d:remove><d:prop>${prop}</d:prop></d:remove>`;
const patch = async (path: string, steps: string, headers: Record<string, string> = {}) => {
  const answer = await dav.ask("PROPPATCH", path, headers, update(steps));
  return { status: answer.status, body: await answer.text() };
};
const find = async (path: string, query = "", depth = "0") =>
  (
    await dav.ask(
      "PROPFIND",
      path,
      { depth },
      query && `<d:propfind xmlns:d="DAV:" xmlns:x="urn:x">${query}</d:propfind>`,
    )
  ).text();

it("are kept as they were written, and told to whoever asks", async () => {
  const { status, body } = await patch(
    "/Work/plan.txt",
    set('<x:a xml:lang="de">Hütte &lt;&amp; <x:b y:c="1" xmlns:y="urn:y">Gipfel</x:b></x:a><none xmlns="">n</none>'),
  );
  const kept = '<a xmlns="urn:x" xml:lang="de">Hütte &lt;&amp; <b xmlns:a0="urn:y" a0:c="1">Gipfel</b></a>';

  expect(status).toBe(207);
  expect(body).toContain('<a xmlns="urn:x"/><none xmlns=""/></d:prop><d:status>HTTP/1.1 200 OK');
  expect(await find("/Work/plan.txt")).toContain(kept);
  expect(await find("/Work/", "", "1")).toContain(kept);
  expect(await find("/Work/plan.txt", "<d:propname/>")).toContain('<a xmlns="urn:x"/>');
  const named = await find("/Work/plan.txt", "<d:prop><x:a/><x:z/><d:getetag/></d:prop>");
  expect(named).toContain(kept);
  expect(named).not.toContain("none");
  expect(named).toContain('<z xmlns="urn:x"/></d:prop><d:status>HTTP/1.1 404');
});

it("are told of the things that have them, among many that have none", async () => {
  const names = Array.from({ length: 60 }, (_, index) => `file-${String(index).padStart(2, "0")}.txt`);
  for (const name of names) await makeFile(alice, `/Many/${name}`, "x");
  await patch("/Many/file-07.txt", set("<x:a>seven</x:a>"));
  await patch("/Many/file-31.txt", set("<x:a>thirty-one</x:a>") + set("<x:b>other</x:b>"));
  const told = async (query = "") =>
    (await find("/Many/", query, "1")).split("</d:response>").flatMap((response) => {
      const [, name] = /<d:href>[^<]*\/(file-\d+\.txt)</.exec(response) ?? [];
      const values = [...response.matchAll(/<[ab] xmlns="urn:x">([^<]+)/g)].map(([, value]) => value);
      return values.length > 0 ? [`${name}: ${values}`] : [];
    });

  expect(await told()).toEqual(["file-07.txt: seven", "file-31.txt: thirty-one,other"]);
  expect(await told("<d:prop><x:b/></d:prop>")).toEqual(["file-31.txt: other"]);
  expect(await told("<d:prop><d:getetag/></d:prop>")).toEqual([]);
  expect((await find("/Many/", "", "1")).match(/<d:response>/g)).toHaveLength(61);
});

it("are written all or not at all, in their order", async () => {
  const refused = await patch("/Work/plan.txt", set("<x:a>1</x:a>") + set("<d:getetag>mine</d:getetag>"));
  expect(refused.body).toContain(
    "<d:getetag/></d:prop><d:status>HTTP/1.1 403 Forbidden</d:status><d:error><d:cannot-modify",
  );
  expect(refused.body).toContain('<a xmlns="urn:x"/></d:prop><d:status>HTTP/1.1 424');
  expect(await db().nodeProperty.count()).toBe(0);

  await patch("/Work/plan.txt", set("<x:a>1</x:a><x:b>2</x:b>") + remove("<x:a/>") + set("<x:b>3</x:b>"));
  expect((await db().nodeProperty.findMany()).map(({ name, value }) => [name, value])).toEqual([
    ["{urn:x}b", '<b xmlns="urn:x">3</b>'],
  ]);
});

it("go with what they are on: copied, moved, and kept when the bytes are replaced", async () => {
  await patch("/Work", set("<x:a>folder</x:a>"));
  await patch("/Work/plan.txt", set("<x:a>file</x:a>"));
  await dav.ask("PUT", "/Work/plan.txt", {}, "new");

  await dav.ask("COPY", "/Work", { destination: `${dav.root}/Copy` });
  await dav.ask("MOVE", "/Work", { destination: `${dav.root}/Moved` });

  for (const folder of ["Copy", "Moved"]) {
    expect(await find(`/${folder}/`, "<d:prop><x:a/></d:prop>", "1")).toMatch(/>folder<[\s\S]*>file</);
  }
});

it("are not written on what is locked, nor when it is not as it was", async () => {
  const lockinfo = '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>';
  const locked = await dav.ask("LOCK", "/Work/plan.txt", {}, lockinfo);
  const held = { if: `(${locked.headers.get("lock-token")})` };

  expect((await patch("/Work/plan.txt", set("<x:a>1</x:a>"))).status).toBe(423);
  expect((await patch("/Work/plan.txt", set("<x:a>1</x:a>"), held)).status).toBe(207);
  expect((await patch("/Work/plan.txt", set("<x:a>1</x:a>"), { if: '(["other"])' })).status).toBe(412);
});

it("have limits, and nothing that unfolds is read", async () => {
  const many = Array.from({ length: 101 }, (_, index) => `<x:a${index}/>`).join("");
  const doctype = `<!DOCTYPE a [<!ENTITY x "y">]>${update(set("<x:a>&x;</x:a>"))}`;

  expect((await patch("/Work/plan.txt", set(many))).body).toContain("507");
  expect((await patch("/Work/plan.txt", set(`<x:a>${"a".repeat(4096)}</x:a>`))).status).toBe(400);
  expect((await dav.ask("PROPPATCH", "/Work/plan.txt", {}, doctype)).status).toBe(400);
  expect(await db().nodeProperty.count()).toBe(0);
});

it("are of all a person's things together no more than there is room for", async () => {
  const { siteId } = alice;
  const { id: nodeId } = await ownTree(alice).stat(["Work", "plan.txt"]);
  const value = `<a xmlns="urn:x">${"a".repeat(33 * 1024 * 1024)}</a>`;
  await db().nodeProperty.create({ data: { siteId, nodeId, name: "{urn:x}a", value } });

  expect((await patch("/Work", set(`<x:b>${"b".repeat(2000)}</x:b>`))).body).toContain("200 OK");
  // A second time it would be too much: the copy is made without.
  expect((await dav.ask("COPY", "/Work", { destination: `${dav.root}/Copy` })).status).toBe(201);
  expect(await db().nodeProperty.count({ where: { siteId } })).toBe(2);

  const { id: other } = await ownTree(alice).stat(["Copy"]);
  await db().nodeProperty.create({ data: { siteId, nodeId: other, name: "{urn:x}a", value } });
  expect((await patch("/Work", set(`<x:c>${"c".repeat(2000)}</x:c>`))).body).toContain("507");
  const bob = await makeUser({ site: await getSite(siteId), userName: "bob" });
  await makeFile(bob, "/his.txt", "his");
  const place = { nodeId: (await ownTree(bob).stat(["his.txt"])).id, path: "" };
  await changeProperties(bob, place, [{ name: "{urn:x}c", value: "c".repeat(2000) }]);
});

it("are not kept of what is too deep in a received share, which moves nevertheless", async () => {
  const { id: nodeId } = await ownTree(alice).stat(["Work"]);
  const deep = `/${"d".repeat(1500)}`;
  const step = { name: "{urn:x}a", value: '<a xmlns="urn:x"/>' };
  const refused = changeProperties(alice, { nodeId, path: deep }, [step]);
  await expect(refused).rejects.toMatchObject({ status: 507 });

  await changeProperties(alice, { nodeId, path: "/a" }, [step]);
  await carryProperties(alice, { nodeId, path: "/a" }, deep, { isMove: true });
  await carryProperties(alice, { nodeId, path: "/a" }, "/b", { isMove: true });
  const kept = await db().nodeProperty.findMany({ where: { nodeId }, orderBy: { path: "asc" } });
  expect(kept.map(({ path }) => path)).toEqual(["/a", "/b"]);

  // What has been moved is moved, whatever becomes of what programs left on it.
  const nobody = { siteId: "none", userId: "none" };
  expect(await moveTraces(nobody, ["a"], ["b"], { isMove: true })).toBeUndefined();
});

it("are told of each of many things in a folder", async () => {
  for (let index = 0; index < 30; index++) await makeFile(alice, `/Many/${index}.txt`, "x");
  await patch("/Many/29.txt", set("<x:a>last</x:a><x:b>other</x:b>"));
  await patch("/Many/0.txt", set("<x:a>first</x:a>"));

  const told = await find("/Many/", "<d:prop><x:a/></d:prop>", "1");

  expect(told.match(/<d:response>/g)).toHaveLength(31);
  expect(told.match(/>(first|last|other)</g)).toEqual([">first<", ">last<"]);
});

it("stand beside how much room there is, which only who asks for it is told", async () => {
  const { siteId, userId: id } = alice;
  const query = "<d:prop><d:quota-used-bytes/><d:quota-available-bytes/></d:prop>";
  expect(await find("/Work/", query)).toMatch(
    /<d:quota-used-bytes>4<[\s\S]*<d:quota-available-bytes\/><\/d:prop><d:status>HTTP\/1.1 404/,
  );

  await db().user.update({ where: { siteId_id: { siteId, id } }, data: { quota: 1000 } });

  expect(await find("/Work/", query)).toContain("<d:quota-available-bytes>996</d:quota-available-bytes>");
  expect(await find("/Work/")).not.toContain("quota");
});
