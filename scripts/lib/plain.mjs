/** A failure that a person can act on. It is printed as its sentence, never with a stack. */
export class Plain extends Error {
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** The sentence for a failure of the file system, or the error itself when it is not one we know. */
export function plainFileError(error, place) {
  if (error.code === "EACCES" || error.code === "EPERM" || error.code === "EROFS") {
    return new Plain(`No permission to write ${place}. Give this user the folder, or name another with DATA_DIR=.`);
  }
  if (error.code === "EEXIST" || error.code === "ENOTDIR") {
    return new Plain(`${place} is no folder. Name another with DATA_DIR=.`);
  }
  if (error.code === "ENOSPC") return new Plain(`The disk is full: ${place} cannot be written.`);
  return error;
}

/** Prints a failure and ends the process: a sentence for what was expected, a stack for what is our own fault. */
export function endWith(error) {
  console.error(error instanceof Plain ? `\n${error.message}` : error);
  process.exit(error.exitCode ?? 1);
}
