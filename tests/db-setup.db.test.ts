import { expect, it } from "vitest";
import { db } from "@/lib/core/db";

const site = { provider: "test.localhost", origin: "http://test.localhost", name: "Test" };

// The same test twice: the second fails if the first one's row is still there.
it.each([1, 2])("starts each test with empty tables (%i)", async () => {
  const before = await db().site.count();

  await db().site.create({ data: site });

  expect(before).toBe(0);
  expect(await db().site.count()).toBe(1);
});
