import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { getUsage } from "@/lib/files/usage";
import { makeUser } from "@/tests/make";
import { sweepUploads } from "./sweep-uploads";
import { createUpload, endUpload, insteadOf } from "./uploads";

let alice: SessionPrincipal;
const begin = (length: number) => createUpload(alice, { length, metadata: "", concat: null });
const used = async () => (await getUsage(alice)).used;

beforeEach(async () => {
  alice = await makeUser();
  await db().user.updateMany({ where: { id: alice.userId }, data: { quota: 1000 } });
});

it("counts the bytes of uploads again after a failure, also where their room was taken meanwhile", async () => {
  const [one, other] = [await begin(300), await begin(300)];

  const failing = insteadOf(alice, [one.id, other.id], async () => {
    await begin(900);
    throw new Error("refused");
  });

  await expect(failing).rejects.toThrow("refused");
  expect(await used()).toBe(1500);
  await expect(begin(1)).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
});

it("counts what a process left uncounted that died while it made a file, and nothing that is just being made", async () => {
  const { id } = await begin(300);
  await insteadOf(alice, [id], async () => {
    await sweepUploads();
    expect(await used()).toBe(0);
  });
  // As if it had died just now, and long ago.
  await sweepUploads();
  const justNow = await used();
  await db().resumableUpload.updateMany({ where: { id }, data: { expiresAt: new Date(Date.now() + 3_600_000) } });
  await sweepUploads();
  await sweepUploads();

  expect([justNow, await used()]).toEqual([0, 300]);
});

it("gives back what is still counted to an upload when it has become a file", async () => {
  const { id } = await begin(300);
  await begin(50);

  await endUpload({ ...alice, userId: randomUUID() }, id, "/a");
  const before = await used();
  await endUpload(alice, id, "/a");
  await endUpload(alice, id, "/a");

  expect([before, await used()]).toEqual([350, 50]);
});
