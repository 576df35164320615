import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { ListMultipartUploadsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import sharp from "sharp";
import { tessera } from "@/tests/command-line";
import { hasS3Server, startS3Server } from "@/tests/s3-server";
import { expect, killCloud, readClouds, startCloud, stopCloud, test } from "./clouds";
import { queryRows } from "./knock";
import {
  connect,
  getFile,
  type Member,
  makeAliceAndBob,
  namesIn,
  openAs,
  putFile,
  receivedShares,
  shareWith,
} from "./people";

// A whole cloud whose files are in a bucket of a real S3 service, and one beside it that knows nothing of that.

test.describe.configure({ mode: "serial" });
test.skip(!hasS3Server(), "Ceph's object gateway is not installed");

const MB = 1_000_000;
const film = randomBytes(24 * MB);
const sumOf = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const shell = mkdtempSync(path.join(os.tmpdir(), "tessera-s3-shell-"));
let s3: Awaited<ReturnType<typeof startS3Server>>;
let settings: Record<string, string>;
let alice: Member;
let bob: Member;

test.beforeAll(async () => {
  s3 = await startS3Server();
  const { endpoint, bucket, region, accessKeyId, secretAccessKey } = s3.settings;
  const keys = { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey };
  settings = { S3_BUCKET: bucket, S3_ENDPOINT: endpoint, S3_REGION: region, S3_PATH_STYLE: "on", ...keys };
  await stopCloud("a");
  await startCloud("a", settings);
  [alice, bob] = await makeAliceAndBob(readClouds());
  await connect(alice, bob);
});
test.afterAll(async () => {
  rmSync(shell, { recursive: true, force: true });
  if (!s3) return;
  await stopCloud("a");
  await startCloud("a");
  await s3.stop();
});

/** The size of each thing in the bucket. */
async function sizesInBucket(): Promise<number[]> {
  const { Contents = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.settings.bucket }));
  return Contents.map(({ Size = 0 }) => Size);
}
const openUploads = async () =>
  (await s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.settings.bucket }))).Uploads ?? [];
/** Of files that this cloud has on its disk. */
function sizesOnDisk(): number[] {
  const blobs = path.join(alice.cloud.folder, "blobs");
  if (!existsSync(blobs)) return []; // nothing was ever stored there
  const entries = readdirSync(blobs, { recursive: true, withFileTypes: true });
  return entries.flatMap((one) => (one.isFile() ? statSync(path.join(one.parentPath, one.name)).size : []));
}
const storage = (...words: string[]) => {
  const { databaseUrl, folder, origin } = alice.cloud;
  const env = { DATABASE_URL: databaseUrl, DATA_DIR: folder, PUBLIC_ORIGIN: origin, ...settings };
  return tessera({ config: shell, env }, "storage", ...words);
};

test("what is uploaded is in the bucket and not on the disk, and is read from there whole, in part and as a picture", async ({
  context,
}) => {
  await putFile(alice, "/film.bin", film);
  const picture = await sharp(randomBytes(600 * 400 * 3), { raw: { width: 600, height: 400, channels: 3 } })
    .png()
    .toBuffer();
  const { id } = await putFile(alice, "/lake.png", picture);

  expect((await sizesInBucket()).sort()).toEqual([film.length, picture.length].sort());
  expect(sizesOnDisk()).not.toContain(film.length);
  expect(sumOf((await getFile(alice, "/film.bin")).body)).toBe(sumOf(film));
  const range = { headers: { range: "bytes=9000000-17000000" } };
  const part = await alice.client.send("GET", "/content/files?path=/film.bin", range);
  expect(part.statusCode).toBe(206);
  expect(sumOf(Buffer.from(await part.body.arrayBuffer()))).toBe(sumOf(film.subarray(9_000_000, 17_000_001)));
  const small = await alice.client.send("GET", `/content/thumbnails?id=${id}`);
  expect((await sharp(Buffer.from(await small.body.arrayBuffer())).metadata()).width).toBe(320);

  const page = await openAs(context, alice, "/files?open=lake.png");
  const shown = page.getByTestId("preview").getByRole("img");
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(600);
});

test("the other cloud fetches what is shared with it", async () => {
  const { items } = await alice.client.json<{ items: { id: string; name: string }[] }>("GET", "/api/files?path=/");
  const { id = "" } = items.find(({ name }) => name === "film.bin") ?? {};
  await shareWith(alice, bob, id);
  await expect.poll(async () => (await receivedShares(bob)).map(({ state }) => state)).toEqual(["pending"]);
  const [offer] = await receivedShares(bob);
  await bob.client.json("POST", `/api/shares/received/${offer?.id}/accept`, {});

  expect(sumOf((await getFile(bob, "/film.bin")).body)).toBe(sumOf(film));
});

test("an upload in whose middle the server is killed leaves no file, and its parts are swept from the bucket", async () => {
  const { port, host } = new URL(alice.cloud.origin);
  const headers = { host, origin: alice.cloud.origin, cookie: alice.client.cookie(), "content-length": 64 * MB };
  const sending = http.request({
    port,
    host: "127.0.0.1",
    method: "PUT",
    path: "/content/files?path=/half.bin",
    headers,
  });
  sending.on("error", () => {}); // it is to break
  sending.write(randomBytes(40 * MB));
  await expect.poll(async () => (await openUploads()).length).toBeGreaterThan(0);
  await killCloud("a");
  sending.destroy();
  await startCloud("a", settings);

  expect(await namesIn(alice, "/")).not.toContain("half.bin");
  await queryRows(alice.cloud, `UPDATE "UploadLease" SET "leaseUntil" = 'epoch'`); // as if that were long ago
  expect((await storage("sweep")).code).toBe(0);
  expect(await openUploads()).toEqual([]);
  expect((await sizesInBucket()).length).toBe(2);

  const whole = randomBytes(40 * MB);
  await putFile(alice, "/half.bin", whole);
  expect(sumOf((await getFile(alice, "/half.bin")).body)).toBe(sumOf(whole));
  const verified = JSON.parse((await storage("verify", "--json")).out) as { files: { userName: string }[] };
  expect(verified.files.filter(({ userName }) => userName === alice.userName)).toEqual([]);
});

test("what is deleted for good is gone from the bucket", async () => {
  for (const name of ["film.bin", "half.bin", "lake.png"]) {
    await alice.client.json("DELETE", `/api/files?path=/${name}`);
  }
  expect((await sizesInBucket()).length).toBe(3);
  await alice.client.json("DELETE", "/api/trash/all");

  await expect.poll(sizesInBucket).toEqual([]);
  expect((await getFile(bob, "/film.bin")).status).not.toBe(200);
});
