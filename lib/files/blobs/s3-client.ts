import { S3Client } from "@aws-sdk/client-s3";
import { AppError, isAppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";

export type S3Settings = {
  bucket: string;
  /** Absent: that of the region. */
  endpoint?: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  usesPathStyle: boolean;
  /** How long the service may be silent, for tests. */
  silenceMs?: number;
};

/** First try included; pauses between them grow. */
const TRIES = 4;
const CONNECT_MS = 5_000;
const SILENCE_MS = 30_000;
/** Each body on its way holds one. */
const MOST_SOCKETS = 512;

/**
 * The client of a bucket. It is not the guarded one of lib/protocol: whoever runs the cloud names the endpoint, often in
 * a private network, and nobody else can influence it.
 */
export function s3Client({ silenceMs = SILENCE_MS, ...settings }: S3Settings): S3Client {
  const { accessKeyId, secretAccessKey } = settings;
  const agent = { keepAlive: true, maxSockets: MOST_SOCKETS };
  return new S3Client({
    endpoint: settings.endpoint,
    region: settings.region,
    forcePathStyle: settings.usesPathStyle,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: TRIES,
    // Its own sums of checks are not known to every server, and the signature covers what is sent already.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: silenceMs,
      throwOnRequestTimeout: true,
      socketTimeout: silenceMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}

const isFull = (name: string) => /^(QuotaExceeded|InsufficientStorage|XMinioStorageFull|EntityTooLarge)$/.test(name);

/** Whether the service answered that there is no such object or upload. */
export function isAbsence(error: unknown): boolean {
  return /^(NoSuchKey|NotFound|NoSuchUpload)$/.test((error as Error).name);
}

/** What went wrong at the service, as people may hear it; the rest is in the log. */
export function storageError(error: unknown): unknown {
  const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number; attempts?: number } };
  if (isAppError(error) || name === "AbortError" || !$metadata) return error;
  logger("files").error({ reason: name, status: $metadata.httpStatusCode, message }, "storage service failed");
  if (isFull(name) || $metadata.httpStatusCode === 507) {
    const full = "There is no room left in this cloud's storage. Ask who runs it to make some.";
    return new AppError(507, "STORAGE_FULL", full, { cause: error });
  }
  return unreachable(error);
}

/** The service does not do what it is asked for, now. */
export const unreachable = (cause?: unknown) =>
  new AppError(
    503,
    "STORAGE_UNREACHABLE",
    "This cloud cannot reach its storage just now. Nothing is lost. Try again.",
    {
      cause,
      retryAfter: 10,
    },
  );
