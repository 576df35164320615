import path from "node:path";

/** The folder of the clone. Every script works from here, wherever it was called. */
export const ROOT = path.resolve(import.meta.dirname, "../..");

/** Where a cloud keeps everything that is not in an outside database. */
export const dataFolder = () => path.resolve(ROOT, process.env.DATA_DIR || ".data");

/** A program that came with the dependencies. */
export const bin = (name) => path.join(ROOT, "node_modules/.bin", name);
