import { type Readable, Writable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { AppError } from "@/lib/core/errors";
import { isId, newId } from "@/lib/core/ids";
import { partWriter } from "./part-writer";
import { pump, tooLong } from "./pump";
import { isAbsence, type S3Settings, s3Client, storageError } from "./s3-client";
import { openObject } from "./s3-download";
import { s3Upload } from "./s3-upload";
import type { BlobKey, BlobStore, PutOptions } from "./store";

/** What may wait for the network while an upload comes in, besides the parts. */
const WRITE_BUFFER = 256 * 1024;
/** Of one object, to the service. */
const MOST_BYTES = 5 * 1024 ** 4;
const tooLarge = () => new AppError(413, "FILE_TOO_LARGE", "This cloud's storage takes files of up to 5 TB.");

/** Blobs as objects of a bucket, `<site>/<id>`. */
export function s3Store({ bucket: Bucket, ...settings }: S3Settings): BlobStore {
  const client = s3Client({ bucket: Bucket, ...settings });
  const place = ({ siteId, id }: BlobKey) => ({ Bucket, Key: `${siteId}/${id}` });
  const translated = (error: unknown) => Promise.reject(storageError(error));

  async function put(key: BlobKey, body: Readable, options: PutOptions = {}) {
    const { limit = Number.POSITIVE_INFINITY, size: announced = 0, signal } = options;
    if (announced > MOST_BYTES) {
      body.on("error", () => {}); // whoever sends it will hear from us
      throw tooLarge();
    }
    const upload = s3Upload(client, place(key));
    const writer = partWriter(upload.part, options);
    const sink = new Writable({
      highWaterMark: WRITE_BUFFER,
      write(chunk: Buffer, _encoding, done) {
        if (writer.size + chunk.length > limit) return done(tooLong());
        if (writer.size + chunk.length > MOST_BYTES) return done(tooLarge());
        writer.write(chunk).then(() => done(), done);
      },
    });
    try {
      await pump(body, sink, signal);
      const { size, sha256, ...last } = await writer.end();
      await upload.finish({ size, ...last });
      return { size, sha256 };
    } catch (error) {
      upload.stop();
      await writer.drop();
      await upload.abandon();
      throw storageError(error);
    }
  }

  async function abortUploads(key: BlobKey): Promise<void> {
    for await (const upload of uploadsBelow(client, Bucket, place(key).Key)) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, ...upload })).catch((error) => {
        if (!isAbsence(error)) throw error;
      });
    }
  }

  async function remove(key: BlobKey): Promise<void> {
    await Promise.all([client.send(new DeleteObjectCommand(place(key))), abortUploads(key)]);
  }

  async function* list(siteId: string): AsyncGenerator<string[]> {
    const Prefix = `${siteId}/`;
    const idOf = (Key = "") => (isId(Key.slice(Prefix.length)) ? Key.slice(Prefix.length) : []);
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
      yield Contents.flatMap(({ Key }) => idOf(Key));
    }
    for await (const { Key } of uploadsBelow(client, Bucket, Prefix)) yield [idOf(Key)].flat();
  }

  async function probe(): Promise<void> {
    const probed = { Bucket, Key: `probes/${newId()}` };
    await client.send(new PutObjectCommand({ ...probed, Body: new Uint8Array(16) }));
    await client.send(new DeleteObjectCommand(probed));
  }

  return {
    put,
    open: (key, range) => openObject(client, place(key), range),
    remove: (key) => remove(key).catch(translated),
    list,
    probe: () => probe().catch(translated),
  };
}

/** Uploads that were begun in parts and are not finished. */
async function* uploadsBelow(client: S3Client, Bucket: string, Prefix: string) {
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    const from = { KeyMarker: page?.NextKeyMarker, UploadIdMarker: page?.NextUploadIdMarker };
    page = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...from }));
    for (const { Key, UploadId } of page.Uploads ?? []) if (Key && UploadId) yield { Key, UploadId };
  } while (page.IsTruncated);
}
