import { expect, it } from "vitest";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import { signingKey } from "@/lib/sites/keys";
import { getSite, siteOfHost } from "@/lib/sites/sites";
import { makeSite, makeUser } from "@/tests/make";
import { setUp } from "./set-up";
import { addSite, listInstalledSites, setSiteDisabled } from "./sites";

const operator = async () => makeUser({ site: await makeSite(config().publicOrigin), isAdmin: true });
const input = { name: "Second", origin: "https://second.example.org" };

it("opens a site with a key and a link, by which its first administrator sets it up", async () => {
  const admin = await operator();

  const { id, setUpUrl, isDisabled } = await addSite(admin, input);

  expect((await signingKey(id)).kid).toBe("key-1");
  expect(isDisabled).toBe(false);
  const code = new URL(setUpUrl ?? "").searchParams.get("code") ?? "";
  expect(setUpUrl).toBe(`https://second.example.org/setup?code=${code}`);
  const alice = { displayName: "Alice", userName: "alice", password: "correct horse battery" };
  await setUp(id, { ...alice, code, siteName: "Second" }, "127.0.0.1");
  const [main, second] = await listInstalledSites(admin);
  expect(main).toMatchObject({ isMain: true, people: 1, setUpUrl: null });
  expect(second).toMatchObject({ id, isMain: false, people: 1, setUpUrl: null });
  expect(await db().auditEntry.findFirst({ where: { siteId: admin.siteId, action: "site-created" } })).toMatchObject({
    subject: `site:${id}`,
  });
});

it("opens none under an address that another one has, or that is none", async () => {
  const admin = await operator();
  await addSite(admin, input);

  await expect(addSite(admin, input)).rejects.toMatchObject({ status: 409, code: "SITE_EXISTS" });
  const odd = { name: "Odd", origin: "http://second.example.org:443" };
  await expect(addSite(admin, odd)).rejects.toMatchObject({ status: 400, code: "ORIGIN_INVALID" });
  expect(await db().site.count()).toBe(2);
});

it("closes a site and opens it again, at once", async () => {
  const admin = await operator();
  const { id } = await addSite(admin, input);

  await setSiteDisabled(admin, id, true);
  await expect(siteOfHost("second.example.org")).rejects.toMatchObject({ status: 503, code: "SITE_DISABLED" });
  await setSiteDisabled(admin, id, true);
  await setSiteDisabled(admin, id, false);

  expect(await siteOfHost("second.example.org")).toMatchObject({ id });
  expect(await db().auditEntry.count({ where: { siteId: admin.siteId, subject: `site:${id}` } })).toBe(3);
});

it("does not close the site from which all are run, nor one that is not there", async () => {
  const admin = await operator();

  await expect(setSiteDisabled(admin, admin.siteId, true)).rejects.toMatchObject({ code: "SITE_IS_MAIN" });
  await expect(setSiteDisabled(admin, "none", true)).rejects.toMatchObject({ code: "SITE_NOT_FOUND" });
  expect((await getSite(admin.siteId)).disabledAt).toBeNull();
});

it("lets administrators of another site see and change nothing of it", async () => {
  await operator();
  const other = await makeUser({ isAdmin: true });

  await expect(listInstalledSites(other)).rejects.toMatchObject({ status: 403, code: "NOT_MAIN_SITE" });
  await expect(addSite(other, input)).rejects.toMatchObject({ code: "NOT_MAIN_SITE" });
  await expect(setSiteDisabled(other, other.siteId, true)).rejects.toMatchObject({ code: "NOT_MAIN_SITE" });
  expect(await db().site.count()).toBe(2);
});
