import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isDuplicate, pool, type StatementTx, transactStatements } from "@/lib/core/db";

beforeAll(() => pool().query("CREATE TABLE noted (text text PRIMARY KEY)"));
beforeEach(() => pool().query("TRUNCATE noted"));
afterAll(() => pool().query("DROP TABLE noted"));

const note = (tx: StatementTx, text: string) => tx.$executeRaw`INSERT INTO noted VALUES (${text})`;
const noted = async () => (await pool().query("SELECT text FROM noted ORDER BY text")).rows.map(({ text }) => text);

describe("a transaction of statements", () => {
  it("keeps what all of them wrote", async () => {
    const counts = await transactStatements((tx) => Promise.all([note(tx, "one"), note(tx, "two")]));

    expect(counts).toEqual([1, 1]);
    expect(await noted()).toEqual(["one", "two"]);
  });

  it("keeps nothing when one of them fails, and tells which", async () => {
    const writing = transactStatements((tx) => Promise.all([note(tx, "one"), note(tx, "one"), note(tx, "two")]));

    expect(isDuplicate(await writing.catch((error) => error))).toBe(true);
    expect(await noted()).toEqual([]);
  });

  it("keeps nothing when it fails on this side after the first statement", async () => {
    const writing = transactStatements(async (tx) => {
      const first = note(tx, "one");
      await Promise.resolve();
      throw new Error(`not ready after ${typeof first}`);
    });

    await expect(writing).rejects.toThrow("not ready");
    expect(await noted()).toEqual([]);
  });
});

it("takes no statement after the commit", async () => {
  const writing = transactStatements(async (tx) => {
    await note(tx, "one");
    await note(tx, "two");
  });

  await expect(writing).rejects.toThrow("after the commit");
  expect(await noted()).toEqual(["one"]);
});
