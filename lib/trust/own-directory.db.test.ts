import { beforeEach, expect, it } from "vitest";
import { POST } from "@/app/api/admin/directories/own/key/route";
import { PUT } from "@/app/api/admin/directories/own/route";
import { GET } from "@/app/ocm/directory/route";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { readDirectory, readDirectoryKeys } from "@/lib/protocol/ocm/directory";
import { getSite } from "@/lib/sites/sites";
import { makeUser, requestOf } from "@/tests/make";

const PATH = "/api/admin/directories/own";
let admin: UserPrincipal;
beforeEach(async () => {
  admin = await makeUser({ isAdmin: true });
});

const publish = async (isPublished = true, who = admin) => {
  const body = { federation: "Our town", isPublished };
  const response = await PUT(await requestOf(who, PATH, { method: "PUT", body }));
  return { status: response.status, json: await response.json() };
};
const changeKey = async () => (await POST(await requestOf(admin, PATH, { method: "POST" }))).json();
/** What anybody gets there. */
async function fetched() {
  const headers = { "x-tessera-site": admin.siteId, "x-tessera-address": "192.0.2.9" };
  const response = await GET(new Request("http://localhost:3000/ocm/directory", { headers }));
  return { status: response.status, text: await response.text() };
}

it("is there for anybody once it is switched on, signed with its key: this cloud and those that it trusts", async () => {
  const { origin, provider, name } = await getSite(admin.siteId);
  const of = { siteId: admin.siteId };
  await db().provider.createMany({
    data: [
      { ...of, provider: "hall.example.org", standing: "listed" },
      { ...of, provider: "known.example.org" },
      { ...of, provider: "blocked.example.org", standing: "blocked" },
    ],
  });

  const { json } = await publish();

  expect(json).toMatchObject({ federation: "Our town", isPublished: true, url: `${origin}/ocm/directory` });
  expect(JSON.parse(json.key)).not.toHaveProperty("d");
  expect(await readDirectory((await fetched()).text, readDirectoryKeys(json.key), new Date())).toEqual({
    issuedAt: expect.any(Date),
    expiresAt: expect.any(Date),
    federation: "Our town",
    clouds: [
      { provider, name },
      { provider: "hall.example.org", name: "hall.example.org" },
    ],
  });
});

it("says that it is of now, and counts for three days", async () => {
  const { json } = await publish();
  const keys = readDirectoryKeys(json.key);
  const read = (text: string, hoursLater = 0) =>
    readDirectory(text, keys, new Date(Date.now() + hoursLater * 3_600_000));

  const { text } = await fetched();

  const { issuedAt } = await read(text, 71.9);
  expect(Math.abs((issuedAt?.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
  await expect(read(text, 72.1)).rejects.toMatchObject({ code: "DIRECTORY_EXPIRED" });
});

it("is nowhere before and after, and keeps its key", async () => {
  const before = await fetched();
  const { json: first } = await publish();
  await publish(false);
  const after = await fetched();
  const { json: again } = await publish();

  expect([before.status, after.status]).toEqual([404, 404]);
  expect(JSON.parse(before.text)).toMatchObject({ code: "DIRECTORY_NOT_PUBLISHED" });
  expect(again.key).toBe(first.key);
});

it("gets another key when the administrators want that, and then the one before is of no use", async () => {
  const { json: before } = await publish();

  const after = await changeKey();

  const { text } = await fetched();
  expect((await readDirectory(text, readDirectoryKeys(after.key), new Date())).clouds).toHaveLength(1);
  await expect(readDirectory(text, readDirectoryKeys(before.key), new Date())).rejects.toMatchObject({
    code: "DIRECTORY_SIGNATURE_INVALID",
  });
});

it("has no key to change before it was published, and is the administrators' business", async () => {
  expect(await changeKey()).toMatchObject({ code: "DIRECTORY_NOT_PUBLISHED" });
  expect((await publish(true, await makeUser({ userName: "bob" }))).status).toBe(403);
});
