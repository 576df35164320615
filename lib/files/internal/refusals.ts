import { AppError, conflict, forbidden, notFound } from "@/lib/core/errors";

export const absent = () => notFound("NODE_NOT_FOUND", "There is no such file or folder.");
export const notAFolder = () => conflict("NOT_A_FOLDER", "This is a file, not a folder.");
export const notAFile = () => conflict("NOT_A_FILE", "This is a folder, not a file.");
export const nameTaken = () => conflict("NAME_TAKEN", "There is already something of this name.");
export const rootStays = () => forbidden("READ_ONLY", "The top folder itself stays where it is.");
export const readOnly = () => forbidden("READ_ONLY", "You can view this, but not change it.");
export const etagMismatch = () => new AppError(412, "ETAG_MISMATCH", "The file has changed since you last saw it.");
export const isReceivedShare = () =>
  conflict("IS_RECEIVED_SHARE", "This was shared with you. Leave the share instead of deleting it.");
export const intoItself = () =>
  conflict("INTO_ITSELF", "A folder cannot be put into itself or in place of a folder it is in.");
export const quotaExceeded = () =>
  new AppError(
    507,
    "QUOTA_EXCEEDED",
    "There is not enough room left for this. Delete something for good, or ask for more.",
  );
export const tooMuch = (max: number) =>
  conflict(
    "TOO_MUCH",
    `These are more than ${max.toLocaleString("en")} files and folders. Take them in smaller parts.`,
  );
export const suspended = () =>
  new AppError(503, "SHARE_SUSPENDED", "What was shared is in its owner's trash at the moment.", { retryAfter: 3600 });
export const busy = () =>
  new AppError(503, "BUSY", "Too much happens to these files just now. Nothing has changed. Try again in a moment.", {
    retryAfter: 5,
  });
export const uploadExpired = () =>
  new AppError(503, "UPLOAD_EXPIRED", "The upload was interrupted for too long. Please try it again.", {
    retryAfter: 1,
  });
export const rangeInvalid = () => new AppError(416, "RANGE_INVALID", "The file has no such bytes.");
export const fileDamaged = () =>
  new AppError(
    503,
    "FILE_DAMAGED",
    "The bytes of this file have been damaged where this cloud keeps them. Who runs it has been told. Upload the file again, or take an earlier version.",
    { retryAfter: 3600 },
  );
