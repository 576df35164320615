import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { isAbsence } from "./s3-client";

type Place = { Bucket: string; Key: string };

/** One object on its way to a bucket, in parts if there is more than one. Nobody sees it before `finish` has resolved. */
export function s3Upload(client: S3Client, place: Place) {
  const stop = new AbortController();
  const options = { abortSignal: stop.signal };
  const etags: (string | undefined)[] = [];
  let begun: Promise<string | undefined> | null = null;

  const begin = async () => (await client.send(new CreateMultipartUploadCommand(place), options)).UploadId;

  async function part(bytes: Uint8Array, number: number): Promise<void> {
    begun ??= begin();
    const input = { ...place, UploadId: await begun, PartNumber: number + 1, Body: bytes };
    etags[number] = (await client.send(new UploadPartCommand(input), options)).ETag;
  }

  async function complete(size: number): Promise<void> {
    const Parts = etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    const UploadId = (await begun) ?? undefined;
    try {
      await client.send(
        new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }),
        options,
      );
    } catch (error) {
      // It had been done, and the answer was lost: the second try finds the upload gone and the object there.
      if (!isAbsence(error)) throw error;
      const { ContentLength } = await client.send(new HeadObjectCommand(place), options);
      if (ContentLength !== size) throw error;
    }
  }

  return {
    part,
    /** Sends what is left, and makes it one object. Once it resolves the service answers for the bytes. */
    async finish({ rest, count, size }: { rest: Uint8Array; count: number; size: number }): Promise<void> {
      if (count === 0) return void (await client.send(new PutObjectCommand({ ...place, Body: rest }), options));
      if (rest.length > 0) await part(rest, count);
      await complete(size);
    },
    /** Ends what is being sent. */
    stop: () => stop.abort(),
    /** Gives back the room of its parts. What this cannot reach, the sweeper does. */
    async abandon(): Promise<void> {
      const UploadId = await begun?.catch(() => undefined);
      if (UploadId) await client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => {});
    },
  };
}
