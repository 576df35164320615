import fs from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const compress = promisify(brotliCompress);
const SMALLEST = 1_024;

/** Writes `x.js.br` beside each script and style sheet of the build: the server sends it to browsers that take it. */
export async function compressStatic(folder) {
  const names = (await fs.readdir(folder, { recursive: true })).filter((name) => /\.(?:js|css)$/.test(name));
  for (const name of names) {
    const file = path.join(folder, name);
    const bytes = await fs.readFile(file);
    if (bytes.length < SMALLEST) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    await fs.writeFile(`${file}.br`, await compress(bytes, { params }));
  }
}
