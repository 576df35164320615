import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { config } from "@/lib/core/config";
import { db, pool } from "@/lib/core/db";
import type { SessionPrincipal } from "@/lib/core/principal";
import { finishUpload } from "@/lib/drive/finish-upload";
import { untilBlocked } from "@/tests/locks";
import { makeUser } from "@/tests/make";
import { namesIn } from "@/tests/make-files";
import { messageOf, startProgram } from "@/tests/program";
import { lockTree } from "../internal/transaction";
import { ownTree } from "../own-tree";
import { hold, stopHolding } from "./hold";
import { receiveBytes, stopWriting } from "./receive-bytes";
import { createUpload, getUpload, type Upload } from "./uploads";

// Two servers with one folder of uploads, as while one takes over from another.

let alice: SessionPrincipal;
let other: ChildProcess;
const LENGTH = 1000;
const SOME = 400;
const signal = new AbortController().signal;
const begin = (concat: string | null, metadata = "") => createUpload(alice, { length: LENGTH, metadata, concat });
const fileOf = ({ id }: Upload) => path.join(config().dataDir, "uploads", alice.siteId, id);
const write = ({ id }: Upload, offset: number, text: string) =>
  receiveBytes(alice, id, { body: Readable.from([Buffer.from(text)]), offset, signal });
const startOther = async ({ id }: Upload) => {
  other = startProgram("write-upload", [alice.siteId, alice.userId, id, String(SOME)]);
  expect(await messageOf(other)).toBe("written");
};

const OF_HOLDS = "datname = current_database() AND application_name = 'tessera uploads'";
const loseConnections = () => pool().query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OF_HOLDS}`);
async function connectionOfHolds(): Promise<number> {
  const { rows } = await pool().query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE ${OF_HOLDS}`);
  return rows.at(-1)?.pid ?? 0;
}

beforeEach(async () => {
  alice = await makeUser();
});
afterEach(() => void other?.kill("SIGKILL"));
afterAll(stopHolding);

it("ends the request that hangs at another server before it writes, so that nothing is written over it", async () => {
  const upload = await begin("partial");
  await startOther(upload);
  const howItEnded = messageOf(other);

  const { end } = await write(upload, 0, "x".repeat(LENGTH));
  other.send("go on");

  expect(await howItEnded).toBe("UPLOAD_TAKEN_OVER");
  expect(end).toBe(LENGTH);
  expect(readFileSync(fileOf(upload), "utf8")).toBe("x".repeat(LENGTH));
});

it("tells where to go on only when the other server has stopped", async () => {
  const upload = await begin("partial");
  await startOther(upload);
  const howItEnded = messageOf(other);

  await stopWriting(upload.id);
  const { offset } = await getUpload(alice, upload.id);
  const release = await hold(`upload/${upload.id}`, { patienceMs: 0 });
  await release();

  expect([offset, await howItEnded]).toEqual([0, "UPLOAD_TAKEN_OVER"]);
});

it("goes on at once where the other server was killed", async () => {
  const upload = await begin("partial");
  await startOther(upload);
  const ended = new Promise((resolve) => other.once("exit", resolve));
  other.kill("SIGKILL");
  await ended;

  expect((await write(upload, 0, "x".repeat(LENGTH))).end).toBe(LENGTH);
});

/** An upload of which all has come, that another server is about to end too. */
async function beginWhole() {
  const metadata = `path ${Buffer.from("/a.txt").toString("base64")},conflict ${Buffer.from("keep-both").toString("base64")}`;
  const upload = await begin(null, metadata);
  writeFileSync(fileOf(upload), "x".repeat(LENGTH));
  other = startProgram("finish-upload", [JSON.stringify(alice), upload.id]);
  expect(await messageOf(other)).toBe("ready");
  return upload;
}

it("makes one file when two servers are told at once that all has come", async () => {
  const upload = await beginWhole();

  const here = finishUpload(alice, upload);
  other.send("finish");

  expect([(await here).location, await messageOf(other)]).toEqual(["/a.txt", "/a.txt"]);
  expect(await namesIn(ownTree(alice))).toEqual(["a.txt"]);
});

it("makes no file once its hold was lost and another server makes it", async () => {
  const upload = await beginWhole();
  const makers = async () => {
    const { siteId, id } = { ...alice, ...upload };
    return (await db().resumableUpload.findFirstOrThrow({ where: { siteId, id } })).maker;
  };
  let here: Promise<unknown> | undefined;
  let there: Promise<unknown> | undefined;
  await db().$transaction(
    async (tx) => {
      await lockTree(tx, alice.siteId, alice.userId); // nothing is committed meanwhile
      here = finishUpload(alice, upload).catch(({ code }) => code);
      await untilBlocked();
      const first = await makers();
      await loseConnections();
      other.send("finish");
      there = messageOf(other);
      await expect.poll(makers, { timeout: 20_000 }).not.toBe(first);
    },
    { timeout: 60_000 },
  );

  expect([await here, await there]).toEqual(["UPLOAD_BUSY", "/a.txt"]);
  expect(await namesIn(ownTree(alice))).toEqual(["a.txt"]);
});

it("lets nobody wait who is gone, and ends nothing for him", async () => {
  const told: string[] = [];
  const release = await hold("five", { want: ({ code }) => told.push(code), patienceMs: 0 });
  const gone = AbortSignal.abort(new Error("gone"));

  await expect(hold("five", { patienceMs: 10_000, signal: gone })).rejects.toThrow("gone");
  await release();
  await expect(hold("five", { patienceMs: 0, signal: gone })).rejects.toThrow("gone");

  expect(told).toEqual([]);
  await (await hold("five", { patienceMs: 0 }))();
});

it("holds what has a name longer than a message may be, also when another server wants it", async () => {
  const name = "x".repeat(9_000);
  const release = await hold(name, { patienceMs: 0 });

  await expect(hold(name, { patienceMs: 0 })).rejects.toMatchObject({ code: "UPLOAD_BUSY" });
  await release();
  const key = createHash("sha256").update(name).digest("base64url");
  const server = await pool().connect();
  await server.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [key]);
  await expect(hold(name, { patienceMs: 50 })).rejects.toMatchObject({ code: "UPLOAD_BUSY" });
  server.release(true);
});

it("says that it is busy where the database does not answer, and holds again on another connection", async () => {
  await (await hold("six", { patienceMs: 0 }))();
  const pid = await connectionOfHolds();
  process.kill(pid, "SIGSTOP");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const unanswered = hold("six", { patienceMs: 0 }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(15_000);

    expect(await unanswered).toMatchObject({ status: 503, code: "UPLOAD_BUSY", retryAfter: 5 });
  } finally {
    vi.useRealTimers();
    process.kill(pid, "SIGCONT");
  }
  const release = await hold("six", { patienceMs: 5_000 });
  expect(await connectionOfHolds()).not.toBe(pid);
  await release();
});

it("holds a name once among all who want it at the same moment, and lets nobody wait for ever", async () => {
  let holders = 0;
  let most = 0;
  const work = async () => {
    const release = await hold("one", { patienceMs: 10_000 });
    most = Math.max(most, ++holders);
    await pool().query("SELECT 1");
    holders--;
    await release();
  };
  await Promise.all(Array.from({ length: 20 }, work));
  const release = await hold("one", { patienceMs: 0 });
  const tooLate = hold("one", { patienceMs: 0 });

  await expect(tooLate).rejects.toMatchObject({ status: 503, code: "UPLOAD_BUSY" });
  await release();
  expect(most).toBe(1);
});

it("tells its holders when the connection is lost on which it holds, and holds again on another", async () => {
  const lost = new Promise<string>((resolve) => void hold("two", { want: ({ code }) => resolve(code), patienceMs: 0 }));
  await hold("three", { patienceMs: 0 }); // the connection is there
  await loseConnections();

  expect(await lost).toBe("UPLOAD_BUSY");
  await (await hold("four", { patienceMs: 0 }))();
});
