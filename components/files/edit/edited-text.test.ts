import { afterEach, expect, it, vi } from "vitest";
import { decodeText, isChangedMeanwhile, isEditable, readTheirs, saveText } from "./edited-text";

const bytesOf = (text: string) => new TextEncoder().encode(text);
afterEach(() => vi.unstubAllGlobals());

it("gives a text as it is, with how its lines end and the mark before it", () => {
  expect(decodeText(bytesOf("a\nb\n"))).toEqual({ text: "a\nb\n", lineEnd: "\n", hasMark: false });
  expect(decodeText(bytesOf("\ufeffa\r\nb"))).toEqual({ text: "a\r\nb", lineEnd: "\r\n", hasMark: true });
  expect(decodeText(bytesOf("a\r\nb\r\nc\n"))).toMatchObject({ text: "a\r\nb\r\nc\r\n", lineEnd: "\r\n" });
  expect(decodeText(bytesOf(""))).toEqual({ text: "", lineEnd: "\n", hasMark: false });
});

it("takes nothing that it could not write back as it was", () => {
  expect(() => decodeText(new Uint8Array([0x61, 0xe4, 0x62]))).toThrow("not written in Unicode");
  expect(() => decodeText(new Uint8Array(1_000_001))).toThrow("too long");
});

it("edits texts that are not too long, where one may change them", () => {
  const entry = {
    id: "1",
    name: "a.md",
    kind: "file" as const,
    size: 3,
    mediaType: "text/markdown",
    etag: "e",
    modifiedAt: "2026-01-01T00:00:00.000Z",
    canWrite: true,
  };

  expect(isEditable(entry)).toBe(true);
  expect(isEditable({ ...entry, canWrite: false })).toBe(false);
  expect(isEditable({ ...entry, mediaType: "image/png" })).toBe(false);
  expect(isEditable({ ...entry, size: 1_000_001 })).toBe(false);
});

it("saves over what was read and nothing else, and says when it is no longer there", async () => {
  const asked: { url: string; match: string | null; body: string }[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const body = await new Response(init.body).text();
    asked.push({ url, match: new Headers(init.headers).get("if-match"), body });
    return Response.json({ code: "ETAG_MISMATCH", detail: "It has changed." }, { status: 412 });
  });
  const text = { text: "mine", hasMark: true };

  const failure = await saveText("/a.md", text, { etag: "old" }).catch((error) => error);
  await saveText("/a.md", text, "keep-both").catch(() => {});
  await saveText("/a.md", text, "nothing").catch(() => {});

  expect(isChangedMeanwhile(failure)).toBe(true);
  expect(asked.map(({ url, match }) => [new URL(url, "http://a").searchParams.get("conflict"), match])).toEqual([
    ["replace", '"old"'],
    ["keep-both", null],
    ["ask", null],
  ]);
  // The body as it was sent: its mark is taken off where it is read as text.
  expect(asked[0]?.body).toBe("mine");
});

it("tells of what somebody else wrote also where it is no text that can be edited, and where it is gone", async () => {
  const etag = { etag: '"e"' };
  const missing = Response.json({ code: "NODE_NOT_FOUND", detail: "There is no such file." }, { status: 404 });
  const tooLong = new Response(new ReadableStream(), { headers: { ...etag, "content-length": "1000001" } });
  const answers = [new Response(new Uint8Array([0xe4]), { headers: etag }), tooLong, missing];
  vi.stubGlobal("fetch", async () => answers.shift());

  expect(await readTheirs("/a.md")).toEqual({ etag: "e", text: null });
  expect(await readTheirs("/a.md")).toEqual({ etag: "e", text: null });
  expect(await readTheirs("/a.md")).toBeNull();
});
