import { beforeEach, describe, expect, it } from "vitest";
import { DELETE as deleteAll } from "@/app/api/trash/all/route";
import { POST as restore } from "@/app/api/trash/restore/route";
import { DELETE as deleteForGood, GET as listTrash } from "@/app/api/trash/route";
import { POST as restoreVersion } from "@/app/api/versions/[id]/restore/route";
import { DELETE as deleteVersion, PATCH as nameVersion } from "@/app/api/versions/[id]/route";
import type { UserPrincipal } from "@/lib/core/principal";
import { makeUser, requestOf } from "@/tests/make";
import { makeFile } from "@/tests/make-files";
import { PUT as putFavourite } from "./[id]/favourite/route";
import { GET as listVersions } from "./[id]/versions/route";
import { POST as copy } from "./copy/route";
import { GET as getEntry } from "./entry/route";
import { GET as listFavourites } from "./favourites/route";
import { POST as makeFolder } from "./folders/route";
import { POST as move } from "./move/route";
import { GET as listRecent } from "./recent/route";
import { GET as list, DELETE as remove } from "./route";
import { GET as getUsage } from "./usage/route";

let alice: UserPrincipal;
beforeEach(async () => {
  alice = await makeUser();
});
type OfOne = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>;
type Route = (request: Request) => Promise<Response>;
async function ask(handler: Route, path: string, method = "GET", body?: unknown) {
  const response = await handler(await requestOf(alice, path, { method, body }));
  return { status: response.status, body: response.status === 204 ? null : await response.json() };
}
const at = (path: string, more = "") => `/api/files?path=${encodeURIComponent(path)}${more}`;

describe("the JSON API of files", () => {
  it("makes, lists, moves, copies and describes", async () => {
    const made = await ask(makeFolder, "/api/files/folders", "POST", { path: "/a" });
    await makeFile(alice, "/a/Ü &.txt", "12345");
    const moved = await ask(move, "/api/files/move", "POST", { from: "/a/Ü &.txt", to: "/a/b.txt" });
    const copied = await ask(copy, "/api/files/copy", "POST", { from: "/a", to: "/c" });

    expect(made).toMatchObject({ status: 201, body: { name: "a", kind: "folder" } });
    expect(moved).toMatchObject({ status: 200, body: { name: "b.txt", size: 5 } });
    expect(copied).toMatchObject({ status: 201, body: { name: "c" } });
    const first = await ask(list, at("/", "&limit=1"));
    expect(first.body).toMatchObject({ folder: { name: "" }, from: null, items: [{ name: "a" }] });
    const second = await ask(list, at("/", `&limit=1&after=${first.body.next}`));
    expect(second.body).toMatchObject({ items: [{ name: "c" }], next: null });
    expect((await ask(getEntry, at("/c/b.txt"))).body).toMatchObject({ name: "b.txt", size: 5, from: null });
    expect((await ask(getUsage, "/api/files/usage")).body).toEqual({ used: 10, quota: null });
  });

  it("moves and copies beside what has the name already, and refuses to do two things about it", async () => {
    await ask(makeFolder, "/api/files/folders", "POST", { path: "/a.b" });
    await makeFile(alice, "/x.txt", "1");
    await makeFile(alice, "/a.b/x.txt", "2");

    const copied = await ask(copy, "/api/files/copy", "POST", { from: "/x.txt", to: "/x.txt", keepBoth: true });
    const folder = await ask(copy, "/api/files/copy", "POST", { from: "/a.b", to: "/a.b", keepBoth: true });
    const moved = await ask(move, "/api/files/move", "POST", { from: "/x.txt", to: "/a.b/x.txt", keepBoth: true });

    expect(copied).toMatchObject({ status: 201, body: { name: "x (2).txt" } });
    expect(folder).toMatchObject({ status: 201, body: { name: "a.b (2)" } });
    expect(moved).toMatchObject({ status: 200, body: { name: "x (2).txt" } });
    const both = { from: "/a.b", to: "/c", keepBoth: true, overwrite: true };
    expect((await ask(move, "/api/files/move", "POST", both)).status).toBe(400);
    expect((await ask(list, at("/c"))).status).toBe(404);
  });

  it("tells what it replaced, which can be restored from the trash", async () => {
    await makeFile(alice, "/x.txt", "new");
    await ask(makeFolder, "/api/files/folders", "POST", { path: "/a" });
    const { id } = await makeFile(alice, "/a/x.txt", "old");
    const over = { from: "/x.txt", to: "/a/x.txt", overwrite: true };

    const copied = await ask(copy, "/api/files/copy", "POST", over);
    const anew = await ask(copy, "/api/files/copy", "POST", { ...over, to: "/y.txt" });

    expect(copied.body).toMatchObject({ name: "x.txt", replaced: { id, name: "x.txt", trashedFrom: "/a" } });
    expect(anew.body).toMatchObject({ name: "y.txt", replaced: null });
    await ask(remove, at("/a/x.txt"), "DELETE");
    const restored = await ask(restore, "/api/trash/restore", "POST", { ids: [id] });
    expect(restored.body).toEqual({ restored: [{ id, path: "/a/x.txt" }] });
  });

  it("deletes to the trash, restores, and deletes for good", async () => {
    const { id } = await makeFile(alice, "/a.txt");

    const removed = await ask(remove, at("/a.txt"), "DELETE");
    expect(removed).toMatchObject({ status: 200, body: { trashed: { id, name: "a.txt", trashedFrom: "/" } } });
    expect((await ask(listTrash, "/api/trash")).body.items).toHaveLength(1);
    const restored = await ask(restore, "/api/trash/restore", "POST", { ids: [id] });
    expect(restored.body).toEqual({ restored: [{ id, path: "/a.txt" }] });
    await ask(remove, at("/a.txt"), "DELETE");
    expect((await ask(deleteForGood, "/api/trash", "DELETE", { ids: [id] })).status).toBe(204);
    expect((await ask(deleteForGood, "/api/trash", "DELETE", { ids: [id] })).body.code).toBe("NODE_NOT_FOUND");
    expect((await ask(deleteAll, "/api/trash/all", "DELETE")).status).toBe(204);
  });

  it("lists, names, restores and deletes versions", async () => {
    const { id } = await makeFile(alice, "/a.txt", "one");
    await makeFile(alice, "/a.txt", "second");
    const askOf = async (handler: OfOne, of: string, method = "GET", body?: unknown) => {
      const request = await requestOf(alice, "/api/versions", { method, body });
      const response = await handler(request, { params: Promise.resolve({ id: of }) });
      return { status: response.status, body: response.status === 204 ? null : await response.json() };
    };

    const { body } = await askOf(listVersions, id);
    const [version] = body.items;
    expect(body).toMatchObject({ current: { size: 6, writtenBy: null }, items: [{ size: 3, name: null }] });
    expect((await askOf(nameVersion, version.id, "PATCH", { name: " First " })).status).toBe(204);
    expect((await askOf(listVersions, id)).body.items).toMatchObject([{ name: "First" }]);
    expect((await askOf(restoreVersion, version.id, "POST", {})).body).toMatchObject({ id, size: 3 });
    expect((await askOf(nameVersion, version.id, "PATCH", { name: "" })).status).toBe(204);
    expect((await askOf(listVersions, id)).body.items).toMatchObject([{ size: 6 }, { size: 3, name: null }]);
    expect((await askOf(deleteVersion, version.id, "DELETE")).status).toBe(204);
    expect((await askOf(deleteVersion, version.id, "DELETE")).body.code).toBe("VERSION_NOT_FOUND");
  });

  it("lists favourites and what changed last", async () => {
    const { id } = await makeFile(alice, "/a/b.txt");
    await makeFile(alice, "/c.txt");
    const star = await putFavourite(await requestOf(alice, "/api/files", { method: "PUT" }), {
      params: Promise.resolve({ id }),
    });

    expect(star.status).toBe(204);
    const favourites = await ask(listFavourites, "/api/files/favourites");
    expect(favourites.body.items).toMatchObject([{ name: "b.txt", folder: "/a", isFavourite: true }]);
    expect((await ask(listRecent, "/api/files/recent")).body.items).toMatchObject([
      { name: "c.txt" },
      { name: "b.txt" },
    ]);
  });

  it("answers what cannot be with a status and a code", async () => {
    await makeFile(alice, "/a.txt");

    const statuses = [
      await ask(list, at("/a.txt")),
      await ask(list, at("/none")),
      await ask(list, "/api/files?path=none"),
      await ask(makeFolder, "/api/files/folders", "POST", { path: "/a.txt" }),
      await ask(makeFolder, "/api/files/folders", "POST", { path: "/.." }),
      await ask(remove, at("/"), "DELETE"),
    ].map(({ status, body }) => [status, body.code]);

    expect(statuses).toEqual([
      [409, "NOT_A_FOLDER"],
      [404, "NODE_NOT_FOUND"],
      [400, "VALIDATION_FAILED"],
      [409, "NAME_TAKEN"],
      [400, "NAME_INVALID"],
      [403, "READ_ONLY"],
    ]);
  });
});
