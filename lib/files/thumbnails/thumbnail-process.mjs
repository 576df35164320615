// Makes small pictures of large ones and of the first pages of papers, in a process of its own: what it is given may be broken or hostile, and what
// decodes it is not JavaScript. Plain JavaScript, because it stands beside the bundle as a file of its own
// (scripts/lib/prepare.mjs) and tests run it as it is.
import { Worker } from "node:worker_threads";
import sharp from "sharp";

/**
 * What is decoded at most, in pixels: a picture of few bytes may claim to be of any size, and one that cannot be read
 * line by line takes four bytes of memory or eight for each. Cameras of 24 million make a little more than that.
 */
const MOST_PIXELS = 25_000_000;
const READERS = ["Jpeg", "Png", "Webp", "Heif", "Nsgif"];
const WEBP = { quality: 76, effort: 2 };
const FORMATS = ["jpeg", "png", "webp", "heif", "gif"];

sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({ operation: READERS.map((name) => `VipsForeignLoad${name}`) });

process.send?.("fit");
process.on("message", async ({ bytes, size }) => {
  try {
    process.send?.({ bytes: await shrink(bytes, size) });
  } catch (error) {
    process.send?.({ failure: String(error instanceof Error ? error.message : error) });
  }
});
// It ends with whom it works for: also while it draws and hears nothing, which may be for ever.
process.on("disconnect", () => process.exit());
const WATCH = `
  const worksFor = process.ppid;
  setInterval(() => process.ppid === worksFor || process.kill(process.pid, "SIGKILL"), 1_000);`;
new Worker(WATCH, { eval: true }).unref();

const shrink = (bytes, size) => (isPaper(bytes) ? drawFirstPage(bytes, size) : shrinkPicture(bytes, size));

const isPaper = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, 5).toString("latin1") === "%PDF-";

/**
 * What draws it is native code as well, but in WebAssembly: it reaches nothing beside the memory that it was given, which
 * is bounded by picture-shrinker.ts. Each paper gets its own, so that none finds what another has left. It is
 * drawn as small as it is shown: how large it says that it is costs nothing.
 */
async function drawFirstPage(bytes, size) {
  const { PDFiumLibrary } = await import("@hyzyla/pdfium");
  const library = await PDFiumLibrary.init();
  const page = (await library.loadDocument(bytes)).getPage(0);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const scale = size / Math.max(originalWidth, originalHeight);
  const [width, height] = [originalWidth, originalHeight].map((side) => Math.max(1, Math.round(side * scale)));
  const drawn = await page.render({ width, height, render: "bitmap" });
  const raw = { width: drawn.width, height: drawn.height, channels: 4 };
  return sharp(drawn.data, { raw }).webp(WEBP).toBuffer();
}

/** Of a picture that moves the first frame; upright, and without what else is written in the file. */
async function shrinkPicture(bytes, size) {
  const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, sequentialRead: true, failOn: "error" });
  const { format } = await picture.metadata();
  if (!FORMATS.includes(format)) throw new Error("It is no picture of a kind that is shown small.");
  return picture.autoOrient().resize(size, size, { fit: "inside", withoutEnlargement: true }).webp(WEBP).toBuffer();
}
