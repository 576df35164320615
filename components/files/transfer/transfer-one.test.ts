import { afterEach, expect, it, vi } from "vitest";
import { transferOne } from "./transfer-one";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const entry = (name: string) => ({
  id: "1",
  name,
  kind: "file",
  size: 1,
  mediaType: null,
  etag: "e",
  modifiedAt: "2026-01-01T00:00:00.000Z",
  canWrite: true,
  replaced: null as object | null,
});
const trashed = {
  id: "2",
  name: "x.txt",
  kind: "file",
  size: 1,
  trashedAt: "2026-01-01T00:00:00.000Z",
  trashedFrom: "/b",
};

/** A cloud that gives these answers, and what it was asked. */
function serve(...answers: Response[]): { from: string; to: string; overwrite: boolean; keepBoth: boolean }[] {
  const asked: ReturnType<typeof serve> = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    asked.push(JSON.parse(String(init.body)));
    return answers.shift();
  });
  return asked;
}

const taken = () => Response.json({ code: "NAME_TAKEN", detail: "There is already something." }, { status: 409 });
const way = { from: "/a/x.txt", to: "/b/x.txt" };
const go = (conflict: "ask" | "replace" | "keep-both", one = way) =>
  transferOne("copy", { ...one, conflict }, new AbortController().signal);

it("says where the thing stands now, and what gave way", async () => {
  const replacing = { ...entry("x.txt"), replaced: trashed };
  const asked = serve(Response.json(entry("x (2).txt")), Response.json(replacing));

  const beside = { from: "/a/x.txt", to: "/b/x (2).txt", hasReplaced: false, trashedId: null };
  expect(await go("keep-both")).toEqual(beside);
  expect(await go("replace")).toEqual({ ...way, hasReplaced: true, trashedId: "2" });

  expect(asked.map(({ overwrite, keepBoth }) => [overwrite, keepBoth])).toEqual([
    [false, true],
    [true, false],
  ]);
});

it("replaces nothing that nobody has decided on, and passes on every other refusal", async () => {
  serve(taken(), taken(), Response.json({ code: "READ_ONLY", detail: "You can only view this." }, { status: 403 }));

  expect(await go("ask")).toBe("taken");
  await expect(go("keep-both")).rejects.toThrow("There is already something.");
  await expect(go("ask")).rejects.toThrow("You can only view this.");
});

it("puts a copy beside what it is a copy of", async () => {
  const asked = serve(Response.json(entry("x (2).txt")));

  await go("ask", { from: "/a/x.txt", to: "/a/x.txt" });

  expect(asked[0]?.keepBoth).toBe(true);
});

it("goes on when it may, where it was too fast", async () => {
  vi.useFakeTimers();
  const wait = { code: "TOO_MANY_REQUESTS", detail: "Wait.", retryAfter: 3 };
  const asked = serve(Response.json(wait, { status: 429 }), Response.json(entry("x.txt")));

  const going = go("ask");
  await vi.advanceTimersByTimeAsync(3000);

  expect(await going).toMatchObject({ to: "/b/x.txt" });
  expect(asked).toHaveLength(2);
});
