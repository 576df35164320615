import { expect, it } from "vitest";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import { ensureFirstSite, openSetUp, setUpCodeOf } from "@/lib/sites/first-site";
import { signingKey } from "@/lib/sites/keys";
import { getSite } from "@/lib/sites/sites";
import { makeSite } from "@/tests/make";
import { canSetUp, setUp } from "./set-up";

const person = { siteName: "Example", displayName: "Alice", userName: "alice", password: "correct horse battery" };
const address = "127.0.0.1";

async function emptySite(): Promise<{ siteId: string; code: string }> {
  const { id } = await ensureFirstSite();
  await openSetUp(id);
  return { siteId: id, code: setUpCodeOf(id) };
}

it("makes the first site once, with a key, when two processes start", async () => {
  const [one, other] = await Promise.all([ensureFirstSite(), ensureFirstSite()]);

  expect(one.id).toBe(other.id);
  expect(one).toMatchObject({ origin: config().publicOrigin, provider: "test.localhost:80", setUpAt: null });
  expect((await signingKey(one.id)).kid).toBe("key-1");
});

it("does not start under another origin than that of set-up", async () => {
  await makeSite("https://cloud.example.org");

  await expect(ensureFirstSite()).rejects.toMatchObject({ code: "ORIGIN_CHANGED" });
});

it("takes another origin as long as nobody has set it up", async () => {
  const { id } = await makeSite("http://localhost:3000");
  await db().site.updateMany({ data: { setUpAt: null } });

  const site = await ensureFirstSite();

  expect(site).toMatchObject({ id, origin: config().publicOrigin, provider: "test.localhost:80" });
});

it("names the site and makes an administrator", async () => {
  const { siteId, code } = await emptySite();

  await setUp(siteId, { ...person, code }, address);

  expect(await db().user.findFirst()).toMatchObject({ userName: "alice", isAdmin: true, mustChangePassword: false });
  expect(await getSite(siteId)).toMatchObject({ name: "Example", setupCodeHash: null });
});

it("lets one of two win who use the code at once", async () => {
  const { siteId, code } = await emptySite();

  const results = await Promise.allSettled(
    ["alice", "bob"].map((userName) => setUp(siteId, { ...person, userName, code }, address)),
  );

  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await db().user.count()).toBe(1);
  expect(await db().auditEntry.count()).toBe(1);
});

it("opens to the same code after a restart, and to no other", async () => {
  const { siteId, code } = await emptySite();

  expect(await openSetUp(siteId)).toBe(true);
  expect(canSetUp(await getSite(siteId), code)).toBe(true);
  for (const other of ["", "set_", code.slice(0, -1), `${code}x`]) {
    expect(canSetUp(await getSite(siteId), other)).toBe(false);
    await expect(setUp(siteId, { ...person, code: other }, address)).rejects.toMatchObject({
      code: "SETUP_CODE_WRONG",
    });
  }
});

it("is closed for good afterwards", async () => {
  const { siteId, code } = await emptySite();
  await setUp(siteId, { ...person, code }, address);

  await expect(setUp(siteId, { ...person, code }, address)).rejects.toMatchObject({ code: "SETUP_CODE_WRONG" });
  expect(await openSetUp(siteId)).toBe(false);
});
