// Makes small pictures of large ones, in a process of its own: what it is given may be broken or hostile, and what
// decodes it is not JavaScript. Plain JavaScript, because it stands beside the bundle as a file of its own
// (scripts/lib/prepare.mjs) and tests run it as it is.
import sharp from "sharp";

/**
 * What is decoded at most, in pixels: a picture of few bytes may claim to be of any size, and one that cannot be read
 * line by line takes four bytes of memory or eight for each. Cameras of 24 million make a little more than that.
 */
const MOST_PIXELS = 25_000_000;
const READERS = ["Jpeg", "Png", "Webp", "Heif", "Nsgif"];
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
// With whom it works for.
process.on("disconnect", () => process.exit());

/** Of a picture that moves the first frame; upright, and without what else is written in the file. */
async function shrink(bytes, size) {
  const picture = sharp(bytes, { limitInputPixels: MOST_PIXELS, sequentialRead: true, failOn: "error" });
  const { format } = await picture.metadata();
  if (!FORMATS.includes(format)) throw new Error("It is no picture of a kind that is shown small.");
  return picture
    .autoOrient()
    .resize(size, size, { fit: "inside", withoutEnlargement: true })
    .webp({ quality: 76, effort: 2 })
    .toBuffer();
}
