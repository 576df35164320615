import { beforeEach, expect, test, vi } from "vitest";
import {
  answerConflict,
  clearUploads,
  pauseUploads,
  resumeUploads,
  startUploads,
} from "@/components/files/upload/send-uploads";
import { currentUploads, shownUploads, subscribeUploads } from "@/components/files/upload/upload-list";

const AT = "2026-01-01T00:00:00.000Z";
let taken: Set<string>;
let puts: string[];
let underWay: number;
let mostUnderWay: number;

/** The server as an upload meets it: refuses a name that is taken, and takes all else. */
class FakeRequest {
  upload: { onprogress?: unknown } = {};
  status = 0;
  responseText = "";
  onload?: () => void;
  onabort?: () => void;
  #url = new URL("http://a.example.org");

  open(_method: string, path: string) {
    this.#url = new URL(path, "http://a.example.org");
  }
  send() {
    const name = this.#url.searchParams.get("path")?.slice(1) ?? "";
    const conflict = this.#url.searchParams.get("conflict");
    puts.push(`${name} ${conflict}`);
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    const isRefused = conflict === "ask" && taken.has(name);
    this.status = isRefused ? 409 : 201;
    this.responseText = JSON.stringify(isRefused ? { code: "NAME_TAKEN" } : entry(name));
    setTimeout(() => {
      underWay--;
      this.onload?.();
    }, 5);
  }
  abort() {
    this.onabort?.();
  }
}

function entry(name: string) {
  return { id: name, name, kind: "file", size: 1, mediaType: null, etag: "1", modifiedAt: AT, canWrite: true };
}

beforeEach(() => {
  taken = new Set();
  puts = [];
  underWay = 0;
  mostUnderWay = 0;
  clearUploads();
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  vi.stubGlobal("fetch", async (path: string) => {
    const name = new URL(path, "http://a.example.org").searchParams.get("path")?.slice(1) ?? "";
    return taken.has(name) ? Response.json(entry(name)) : Response.json({ code: "NODE_NOT_FOUND" }, { status: 404 });
  });
});

const file = (name: string, size = 1) => ({ file: new File([new Uint8Array(size)], name), folders: [] });
const states = () => currentUploads().map((upload) => upload.state);

test("one answer for all holds for the files that are under way and for those that wait", async () => {
  const names = ["1", "2", "3", "4", "5", "6"];
  taken = new Set(names);
  startUploads(
    "/",
    names.map((name) => file(name)),
  );
  await vi.waitFor(() => expect(states()).toContain("asking"));
  const asking = currentUploads().find((upload) => upload.state === "asking");

  answerConflict(asking?.id ?? 0, "skip", true);

  await vi.waitFor(() => expect(states()).toEqual(names.map(() => "cancelled")));
  expect(puts.every((put) => put.endsWith(" ask"))).toBe(true);
});

test("an answer for one leaves the question open for the others", async () => {
  taken = new Set(["1", "2"]);
  startUploads("/", [file("1"), file("2")]);
  await vi.waitFor(() => expect(states()).toEqual(["asking", "asking"]));

  answerConflict(currentUploads()[0]?.id ?? 0, "keep-both", false);

  await vi.waitFor(() => expect(states()).toEqual(["done", "asking"]));
  expect(puts).toContain("1 keep-both");
});

test("a large file whose name is taken is not sent before there is an answer", async () => {
  taken = new Set(["film"]);
  startUploads("/", [file("film", 1_000_000)]);
  await vi.waitFor(() => expect(states()).toEqual(["asking"]));
  expect(puts).toEqual([]);

  answerConflict(currentUploads()[0]?.id ?? 0, "replace", false);

  await vi.waitFor(() => expect(states()).toEqual(["done"]));
  expect(puts).toEqual(["film replace"]);
});

test("a large file whose name is free is sent", async () => {
  startUploads("/", [file("film", 1_000_000)]);
  await vi.waitFor(() => expect(states()).toEqual(["done"]));
});

test("thousands of files arrive a few at a time, and are not shown one by one", async () => {
  const names = Array.from({ length: 5000 }, (_, index) => `${index}`);
  let shows = 0;
  const unsubscribe = subscribeUploads(() => shows++);

  startUploads(
    "/",
    names.map((name) => file(name)),
  );

  const isDone = () => expect(currentUploads().every(({ state }) => state === "done")).toBe(true);
  await vi.waitFor(isDone, { timeout: 60_000, interval: 100 });
  await vi.waitFor(() => expect(shownUploads()).toBe(currentUploads()));
  unsubscribe();
  expect(puts).toHaveLength(5000);
  expect(mostUnderWay).toBe(4);
  // Each file changes its state twice and its progress once or more.
  expect(shows).toBeLessThan(5000);
}, 70_000);

test("what waits can be paused, and goes on from there", async () => {
  const names = ["1", "2", "3", "4", "5", "6", "7"];
  startUploads(
    "/",
    names.map((name) => file(name)),
  );
  expect(states()).toEqual([...Array(4).fill("sending"), ...Array(3).fill("waiting")]);

  pauseUploads();

  await vi.waitFor(() => expect(states()).toEqual(["done", "done", "done", "done", "paused", "paused", "paused"]));
  resumeUploads();
  await vi.waitFor(() => expect(states()).toEqual(names.map(() => "done")));
  expect(puts).toHaveLength(7);
});
