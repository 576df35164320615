import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
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
