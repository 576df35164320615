import { spawnSync } from "node:child_process";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { pageOf, pdfBomb } from "@/tests/documents";
import { isAlive, messageOf, startProgram } from "@/tests/program";
import { pictureShrinker } from "./picture-shrinker";

const { shrink, stop } = pictureShrinker({ size: 64 });
afterAll(stop);

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "teal" } });
const lookOf = async (bytes: Buffer) => {
  const made = await shrink(bytes);
  if (!("bytes" in made)) return made;
  const { format, width, height, exif } = await sharp(made.bytes).metadata();
  return { format, width, height, exif };
};

describe("a picture is made small", () => {
  it.each(["png", "jpeg", "webp", "gif", "avif"] as const)("from %s, within its size", async (format) => {
    const bytes = await picture(200, 100).toFormat(format).toBuffer();

    expect(await lookOf(bytes)).toMatchObject({ format: "webp", width: 64, height: 32 });
  });

  it("upright, without what else the file says, and not larger than it was", async () => {
    const turned = await picture(40, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer();

    expect(await lookOf(turned)).toEqual({ format: "webp", width: 20, height: 40, exif: undefined });
  });
});

describe("the first page of a paper is made small", () => {
  const page = (drawn: string, box = "0 0 400 200") => pageOf(drawn, box);

  it("as it looks, in its own shape", async () => {
    const made = await shrink(page("1 0 0 rg 0 0 400 200 re f"));
    if (!("bytes" in made)) throw new Error(JSON.stringify(made));
    const { data, info } = await sharp(made.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const [red = 0, green = 0, blue = 0] = data;

    expect(info).toMatchObject({ width: 64, height: 32 });
    expect([red > 240, green < 20, blue < 20]).toEqual([true, true, true]);
  });

  it("however large it says that it is", async () => {
    expect(await lookOf(page("0 0 1 1 re f", "0 0 9000000 9"))).toMatchObject({ width: 64, height: 1 });
    expect(await lookOf(page("", "0 0 0 0"))).toMatchObject({ format: "webp" });
  });

  it("or refused, where it is none", async () => {
    expect(await shrink(Buffer.from("%PDF-1.4 and nothing else"))).toHaveProperty("refused");
    expect(await shrink(Buffer.from("%PDF-"))).toHaveProperty("refused");
  });

  it("or refused, where it would need more memory than it gets, and the next one is made", async () => {
    const narrow = pictureShrinker({ size: 64, drawingMegabytes: 32 });

    expect(await narrow.shrink(await pdfBomb(40))).toEqual({ refused: expect.stringContaining("Aborted") });
    expect(await narrow.shrink(page(""))).toHaveProperty("bytes");
    narrow.stop();
  });
});

describe("what is no such picture", () => {
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect/></svg>`);
  it.each([
    ["a document that can run something", svg],
    ["words", Buffer.from("no picture at all")],
    ["nothing", Buffer.alloc(0)],
  ])("is refused: %s", async (_what, bytes) => {
    expect(await shrink(bytes)).toHaveProperty("refused");
  });

  it("is refused: one of a kind that is read by name only", async () => {
    expect(await shrink(await picture(10, 10).tiff().toBuffer())).toHaveProperty("refused");
  });

  it("is refused where it is cut off, or claims more than can be held", async () => {
    const whole = await picture(400, 400).png({ compressionLevel: 0 }).toBuffer();
    const vast = await picture(10, 10).png().toBuffer();
    vast.writeUInt32BE(60_000, 16);
    vast.writeUInt32BE(60_000, 20);

    expect(await shrink(whole.subarray(0, 1000))).toHaveProperty("refused");
    expect(await shrink(vast)).toHaveProperty("refused");
  });

  it("is refused where it has more pixels than are held at once", async () => {
    const large = await picture(5100, 5000).png().toBuffer();

    expect(await shrink(large)).toEqual({ refused: expect.stringContaining("pixel limit") });
  });

  it("does not keep the next one from being made", async () => {
    expect(await lookOf(await picture(10, 10).png().toBuffer())).toMatchObject({ format: "webp", width: 10 });
  });
});

it("gives up on one that takes too long, and goes on with the next", async () => {
  const large = await picture(4000, 4000).png().toBuffer();
  const hasty = pictureShrinker({ size: 64, seconds: 0 });

  expect(await hasty.shrink(large)).toMatchObject({ failed: "It took too long." });
  hasty.stop();

  expect(await lookOf(large)).toMatchObject({ width: 64 });
});

it("ends with whom it works for, also in the middle of a drawing that never ends", { timeout: 120_000 }, async () => {
  const server = startProgram("draw-for-ever");
  expect(await messageOf(server)).toBe("drawing");
  const lines = (...which: string[]) => spawnSync("ps", which, { encoding: "utf8" }).stdout.split("\n");
  const child = () => {
    const line = lines("-o", "pid=,args=", "--ppid", String(server.pid)).find((one) =>
      one.includes("thumbnail-process"),
    );
    return Number.parseInt(line ?? "0", 10);
  };
  await expect.poll(child, { timeout: 20_000 }).toBeGreaterThan(0);
  const pid = child();
  // More seconds than it takes to be ready: it draws.
  const worked = () => Number(lines("-o", "cputimes=", "-p", String(pid))[0]);
  await expect.poll(worked, { timeout: 60_000 }).toBeGreaterThan(4);

  server.kill("SIGKILL");

  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

it("does not say of a picture what is a fault of ours", async () => {
  const elsewhere = pictureShrinker({ size: 64, program: new URL("./no-such-program.mjs", import.meta.url) });

  expect(await elsewhere.shrink(await picture(10, 10).png().toBuffer())).toEqual({
    failed: "Its process ended.",
    isOfPicture: false,
  });
  elsewhere.stop();
});

it("says of a picture that the process ended over it", async () => {
  const dying = pictureShrinker({
    size: 64,
    program: new URL("../../../tests/programs/dying-shrinker.mjs", import.meta.url),
  });

  expect(await dying.shrink(await picture(10, 10).png().toBuffer())).toEqual({
    failed: "Its process ended.",
    isOfPicture: true,
  });
  dying.stop();
});

it("goes on with the next where one could not even be handed over", async () => {
  const unsendable = (() => {}) as unknown as Buffer;

  expect(await shrink(unsendable)).toHaveProperty("failed");

  expect(await lookOf(await picture(10, 10).png().toBuffer())).toMatchObject({ format: "webp", width: 10 });
});
