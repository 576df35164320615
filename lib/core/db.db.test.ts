import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commitTogether, isDuplicate, pool, type StatementTx, transactStatements } from "@/lib/core/db";

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

describe("a transaction in one message", () => {
  const insert = (text: string) => ({
    name: "note",
    text: "INSERT INTO noted VALUES ($1) RETURNING text",
    values: [text],
  });

  it("answers each statement with its rows", async () => {
    const [one, count] = await commitTogether((client) =>
      Promise.all([
        client.query<{ text: string }>(insert("one")),
        client.query<{ n: number }>({ name: "count-noted", text: "SELECT count(*)::int AS n FROM noted", values: [] }),
      ]),
    );

    expect(one.rows).toEqual([{ text: "one" }]);
    expect(count.rows).toEqual([{ n: 1 }]);
  });

  it("leaves its connection as good as new when a statement fails before others were ever prepared", async () => {
    const late = { name: "late", text: "SELECT 1 AS one", values: [] };
    const fail = () =>
      commitTogether((client) =>
        Promise.all([client.query({ name: "wrong", text: "SELECT 1 / 0", values: [] }), client.query(late)]),
      );

    await Promise.all(Array.from({ length: 20 }, () => expect(fail()).rejects.toMatchObject({ code: "22012" })));
    const found = await Promise.all(Array.from({ length: 20 }, () => commitTogether((client) => client.query(late))));

    expect(found.map(({ rows }) => rows)).toEqual(Array(20).fill([{ one: 1 }]));
  });

  it("keeps nothing of what fails only as it is committed, and says so", async () => {
    await pool().query("CREATE TABLE one_of (text text UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    const put = { name: "put-one", text: "INSERT INTO one_of VALUES ('same')", values: [] };

    const writing = commitTogether((client) => Promise.all([client.query(put), client.query(put)]));

    expect(isDuplicate(await writing.catch((error) => error))).toBe(true);
    expect((await pool().query("SELECT FROM one_of")).rowCount).toBe(0);
    await pool().query("DROP TABLE one_of");
  });

  it("is not sent at all when one of its statements cannot be said, or has the name of another", async () => {
    const write = () => insert("one");
    const unsayable = { name: "unsayable", text: "SELECT $1::json", values: [{ n: 1n }] };
    const misnamed = { name: "note", text: "SELECT 1", values: [] };

    for (const wrong of [unsayable, misnamed]) {
      const writing = commitTogether((client) => Promise.all([client.query(write()), client.query(wrong)]));
      await expect(writing).rejects.toThrow();
    }

    expect(await noted()).toEqual([]);
    const after = await commitTogether((client) => client.query<{ text: string }>(write()));
    expect(after.rows).toEqual([{ text: "one" }]);
  });

  it("is not sent when something is asked only after a wait", async () => {
    const writing = commitTogether(async (client) => {
      const first = client.query(insert("one"));
      await Promise.resolve();
      return Promise.all([first, client.query(insert("two"))]);
    });

    await expect(writing).rejects.toThrow("after the commit");
    expect(await noted()).toEqual([]);
  });
});
