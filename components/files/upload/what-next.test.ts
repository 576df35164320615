import { expect, it } from "vitest";
import { ApiError, problemError } from "@/components/api";
import type { Upload } from "@/components/files/upload/upload";
import { whatNext } from "@/components/files/upload/what-next";

const upload = (fields: Partial<Upload> = {}): Upload => ({
  ...{ id: 1, batch: 1, into: "/", folder: "/", state: "sending", conflict: "ask", sent: 5, tries: 0, isInOne: false },
  ...{ failure: null, savedAs: null, file: { name: "film", size: 50_000_000 } as File },
  ...fields,
});
const small = upload({ file: { name: "note", size: 5 } as File });
const error = (status: number, code = "ANY", retryAfter?: number) =>
  new ApiError(status, { code, detail: "", fields: [], retryAfter });

it("goes on by itself when the cloud cannot be reached, ever more patiently, and for ever", () => {
  const pauses = [0, 1, 4, 5, 500].map((tries) => whatNext(upload({ tries }), error(0))?.after);

  expect(pauses).toEqual([1000, 2000, 16_000, 30_000, 30_000]);
  expect(whatNext(upload(), error(0))?.fields).toEqual({ state: "interrupted", failure: null });
});

it("tries a few times where the cloud failed, and not before it may", () => {
  expect(whatNext(upload(), error(503, "BUSY", 20))).toMatchObject({ after: 20_000, fields: { state: "interrupted" } });
  expect(whatNext(upload({ tries: 5 }), error(503))).toBeNull();
});

it("tells what the cloud says it waits for, if it says so", () => {
  const detail = "b.example.org cannot be reached.";
  const away = new ApiError(502, { code: "PEER_UNREACHABLE", detail, fields: [], retryAfter: undefined });

  expect(whatNext(upload(), away)?.fields).toEqual({ state: "interrupted", failure: detail });
  expect(whatNext(upload({ failure: detail }), problemError(502, "<h1>Bad Gateway</h1>"))?.fields).toEqual({
    state: "interrupted",
    failure: null,
  });
});

it("asks for the offset anew after a damaged or a doubled request", () => {
  expect(whatNext(upload(), error(460, "CHECKSUM_MISMATCH"))).toEqual({ after: 0, fields: {} });
  expect(whatNext(upload(), error(409, "UPLOAD_TAKEN_OVER"))).toEqual({ after: 0, fields: {} });
  expect(whatNext(upload({ tries: 5 }), error(409, "OFFSET_MISMATCH"))).toBeNull();
});

it("begins anew what the cloud has no more", () => {
  expect(whatNext(upload(), error(410, "UPLOAD_GONE"))).toEqual({ after: 0, forget: true, fields: { sent: 0 } });
});

it("sends in one request what has no room beside the file that it replaces", () => {
  const next = whatNext(upload(), error(507, "QUOTA_EXCEEDED"));

  expect(next).toEqual({ after: 0, forget: true, fields: { isInOne: true, sent: 0 } });
  expect(whatNext(upload({ isInOne: true }), error(507, "QUOTA_EXCEEDED"))).toBeNull();
});

it("does not send again what came whole into a folder that has no room for it", () => {
  expect(whatNext(upload({ sent: 50_000_000 }), error(507, "QUOTA_EXCEEDED"))).toBeNull();
});

it("leaves to the person what is refused, and what went in one request", () => {
  expect(whatNext(upload(), error(403, "READ_ONLY"))).toBeNull();
  expect(whatNext(small, error(0))).toBeNull();
  expect(whatNext(small, error(503))).toBeNull();
  expect(whatNext(upload(), new Error("a bug"))).toBeNull();
  expect(whatNext(small, error(429, "TOO_MANY_REQUESTS", 3))).toEqual({ after: 3000, fields: {} });
});
