import { afterEach, expect, it, vi } from "vitest";
import { textOf } from "./contents";

const LONG = 2_000_001;
afterEach(() => vi.unstubAllGlobals());

/** A server that holds these bytes, and remembers the range that it was asked for. */
function serve(bytes: Uint8Array): (string | null)[] {
  const asked: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    const range = new Headers(init.headers).get("range");
    asked.push(range);
    const last = /^bytes=0-(\d+)$/.exec(range ?? "")?.[1];
    if (last === undefined) return new Response(bytes.slice());
    if (bytes.length === 0) return new Response(null, { status: 416 });
    const part = bytes.slice(0, Number(last) + 1);
    const headers = { "content-range": `bytes 0-${part.length - 1}/${bytes.length}` };
    return new Response(part, { status: 206, headers });
  });
  return asked;
}

const read = (size: number | null) => textOf(size).read("/content", new AbortController().signal);
const bytesOf = (text: string) => new TextEncoder().encode(text);

it("asks for a short text whole", async () => {
  const asked = serve(bytesOf("Buy milk"));

  expect(await read(8)).toEqual({ text: "Buy milk", isWhole: true });
  expect(asked).toEqual([null]);
});

it("asks for the beginning of a long text, and leaves out a letter that was cut in two", async () => {
  const asked = serve(bytesOf("ü".repeat(LONG)).subarray(1));

  const { text, isWhole } = await read(2 * LONG - 1);

  expect(asked).toEqual(["bytes=0-499999"]);
  expect(isWhole).toBe(false);
  expect(text.endsWith("ü")).toBe(true);
});

it("asks for a beginning where nobody knows how long it is, which may be all or nothing", async () => {
  serve(bytesOf("Short"));
  expect(await read(null)).toEqual({ text: "Short", isWhole: true });
  serve(new Uint8Array());
  expect(await read(null)).toEqual({ text: "", isWhole: true });
});
