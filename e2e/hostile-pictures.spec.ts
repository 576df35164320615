import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { pageOf, pdfBomb } from "@/tests/documents";
import { expect, readClouds, test } from "./clouds";
import { followLog, queryRows } from "./knock";
import { type Member, makeMember, openAs, putFile } from "./people";
import { rowOf } from "./screens";

// Files that are made to break what makes pictures small, uploaded to the running server and looked at there.
test.describe.configure({ mode: "serial" });

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "teal" } });
async function claiming(width: number, height: number): Promise<Buffer> {
  const bytes = await picture(10, 10).png().toBuffer();
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image href="file:///etc/passwd"/></svg>`;
const HOSTILE: Record<string, () => Promise<Buffer | string>> = {
  "cut off.png": async () => (await picture(400, 400).png({ compressionLevel: 0 }).toBuffer()).subarray(0, 1000),
  "vast.png": () => claiming(60_000, 60_000),
  "endless.png": () => claiming(0x7fffffff, 0x7fffffff),
  "too many pixels.png": () => picture(5100, 5000).png().toBuffer(),
  "words.gif": async () => "GIF89a and then no picture at all",
  "drawing.png": async () => SVG,
  "another kind.jpg": () => picture(10, 10).tiff().toBuffer(),
  "words.pdf": async () => "%PDF-1.4 and nothing else",
  "bomb.pdf": () => pdfBomb(400),
};

let alice: Member;
test.beforeAll(async () => {
  alice = await makeMember(readClouds().a, "Alice");
});

/** The small picture of what was just uploaded: its kind, or what is said instead. */
async function smallOf(name: string, bytes: Buffer | string): Promise<{ status: number; said: string }> {
  return lookAt((await putFile(alice, `/${name}`, bytes)).id);
}
async function lookAt(id: string): Promise<{ status: number; said: string }> {
  const answer = await alice.client.send("GET", `/content/thumbnails?id=${id}`);
  const body = Buffer.from(await answer.body.arrayBuffer());
  const isPicture = answer.headers["content-type"] === "image/webp";
  const said = isPicture ? ((await sharp(body).metadata()).format ?? "") : JSON.parse(body.toString()).detail;
  return { status: answer.statusCode, said };
}

for (const [name, make] of Object.entries(HOSTILE)) {
  test(`a file that breaks what makes pictures small has none, which is said, and the next one is made: ${name}`, async () => {
    expect(await smallOf(name, await make())).toEqual({ status: 404, said: "Of this there is no small picture." });

    const next = await picture(40, 30).png().toBuffer();
    expect(await smallOf(`after ${name}.png`, next)).toEqual({ status: 200, said: "webp" });
  });
}

/** A line of dashes that are shorter than can be seen: whoever draws it never comes to its end. */
const ENDLESS = "1 w [0.00001 0.00001] 0 d 0 0 m 400 200 l 0 200 l 400 0 l S";

/** The process that makes pictures small for cloud A, and the hundredths of a second for which it has worked. */
function drawing(): { pid: number; worked: number } | undefined {
  const { port } = new URL(alice.cloud.origin);
  const lines = spawnSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).stdout.split("\n");
  const [own] = lines
    .filter((line) => line.includes(`${process.cwd()}/dist/thumbnail-process`))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => readProcess(parent, "environ").includes(`\0PORT=${port}\0`));
  const pid = own?.[0];
  // After the name of the program, which may hold anything, as the twelfth and the next.
  const [user, system] = readProcess(pid, "stat").replace(/^.*\)/, "").trim().split(" ").slice(11);
  return pid ? { pid, worked: Number(user) + Number(system) } : undefined;
}
/** Nothing of one that has ended meanwhile, or is somebody else's, as who takes over what has lost its parent is. */
function readProcess(pid: number | undefined, what: "environ" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "utf8");
  } catch {
    return "";
  }
}
/**
 * What is said of a picture over which that process is ended, as a fault of what decodes it would end it: the very one
 * that has just made another picture, so that it is fit to work, once it works on this one.
 */
async function lookAndEnd(id: string) {
  expect(await smallOf(`before ${randomUUID()}.png`, await picture(40, 30).png().toBuffer())).toEqual({
    status: 200,
    said: "webp",
  });
  const before = drawing();
  if (!before) throw new Error("No process makes pictures small.");
  const said = lookAt(id);
  const isAtWork = () => {
    const now = drawing();
    return now !== undefined && now.pid === before.pid && now.worked > before.worked + 20;
  };
  await expect.poll(isAtWork, { timeout: 60_000 }).toBe(true);
  process.kill(before.pid, "SIGKILL");
  return said;
}

test("a picture that ends the process is left alone for a while, and given up when it has ended three", async () => {
  const { id } = await putFile(alice, "/endless.pdf", pageOf(ENDLESS, "0 0 400 200"));
  const blob = `(SELECT "blobId" FROM "FileNode" WHERE id = $1)`;
  const failures = async () =>
    (await queryRows(alice.cloud, `SELECT failures FROM "Thumbnail" WHERE "blobId" = ${blob}`, [id]))[0]?.failures;
  const later = `UPDATE "Thumbnail" SET failures = 2, "failedAt" = now() - interval '2 hours' WHERE "blobId" = ${blob}`;
  const notNow = { status: 503, said: expect.stringContaining("could not be made just now") };

  const log = followLog(alice.cloud);
  const reasons = () => log().flatMap(({ msg, reason }) => (msg === "thumbnail not made" ? [reason] : []));

  expect(await lookAndEnd(id)).toEqual(notNow);
  await expect.poll(reasons).toContain("Its process ended.");
  expect(await lookAt(id)).toEqual(notNow);
  expect(await failures()).toBe(1); // nothing was drawn for the second look
  await queryRows(alice.cloud, later, [id]);
  expect(await lookAndEnd(id)).toEqual(notNow);
  expect(await failures()).toBe(3);

  expect(await lookAt(id)).toEqual({ status: 404, said: "Of this there is no small picture." });
  const next = await picture(40, 30).png().toBuffer();
  expect(await smallOf("after endless.pdf.png", next)).toEqual({ status: 200, said: "webp" });
});

test("among the tiles of a folder they have the sign of their kind, and what is a picture is shown", async ({
  context,
}) => {
  const page = await openAs(context, alice);
  await expect(rowOf(page, "vast.png")).toBeVisible();
  await page.getByRole("button", { name: "Show as tiles" }).click();

  const small = rowOf(page, "after vast.png.png").locator("img");
  await expect.poll(() => small.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(40);
  for (const name of Object.keys(HOSTILE)) await expect(rowOf(page, name).locator("img")).toHaveCount(0);
});
