import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import { Plain } from "./plain.mjs";

// Just enough of POSIX tar (ustar, with GNU's form of sizes from 8 GiB on) that `tar x` reads what we write.

const BLOCK = 512;
const CHUNK = 1024 * 1024;
const LARGEST_OCTAL = 8 ** 11;

const octal = (number, width) => `${number.toString(8).padStart(width - 1, "0")}\0`;

function writeSize(header, size) {
  if (size < LARGEST_OCTAL) return header.write(octal(size, 12), 124, "latin1");
  header[124] = 0x80;
  header.writeBigUInt64BE(BigInt(size), 128);
}

const readSize = (header) =>
  header[124] === 0x80 ? Number(header.readBigUInt64BE(128)) : Number.parseInt(header.toString("latin1", 124, 135), 8);

/** The sum over the header in which the sum itself counts as spaces. */
function sumOf(header) {
  let sum = 8 * 0x20;
  for (const [position, byte] of header.entries()) if (position < 148 || position >= 156) sum += byte;
  return sum;
}

function headerFor(name, size, seconds) {
  const header = Buffer.alloc(BLOCK);
  const cut = name.length > 100 ? name.indexOf("/", name.length - 101) : -1;
  if (name.length > 100 && (cut < 0 || cut > 155)) throw new Error(`too long for an archive: ${name}`);
  header.write(name.slice(cut + 1), 0, "latin1");
  header.write(octal(0o600, 8) + octal(0, 8) + octal(0, 8), 100, "latin1");
  writeSize(header, size);
  header.write(octal(seconds, 12), 136, "latin1");
  header.write("0", 156, "latin1"); // a plain file
  header.write("ustar\x0000", 257, "latin1");
  if (cut > 0) header.write(name.slice(0, cut), 345, "latin1");
  header.write(`${octal(sumOf(header), 7)} `, 148, "latin1");
  return header;
}

/** Writes an archive, one entry after another. `digests` maps each name to the SHA-256 of what was written for it. */
export async function openTarWriter(file) {
  const handle = await fs.open(file, "wx", 0o600);
  const seconds = Math.floor(Date.now() / 1_000);
  const digests = new Map();

  async function add(name, size, chunks) {
    await handle.write(headerFor(name, size, seconds));
    const hash = createHash("sha256");
    let written = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      written += chunk.length;
      await handle.writeFile(chunk);
    }
    if (written !== size) throw new Error(`${name} changed its size while it was read`);
    await handle.write(Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK));
    digests.set(name, hash.digest("hex"));
  }

  return {
    digests,
    addBytes: (name, bytes) => add(name, bytes.length, [bytes]),
    async addFile(name, source) {
      const input = await fs.open(source);
      try {
        const { size } = await input.stat();
        await add(name, size, input.createReadStream({ highWaterMark: CHUNK, autoClose: false }));
      } finally {
        await input.close();
      }
    },
    /** Ends the archive and makes sure that it is on the disk. */
    async finish() {
      await handle.write(Buffer.alloc(2 * BLOCK));
      await handle.sync();
      await handle.close();
    },
    close: () => handle.close().catch(() => {}),
  };
}

async function* readRange(handle, start, size) {
  for (let done = 0; done < size; ) {
    const buffer = Buffer.alloc(Math.min(CHUNK, size - done));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start + done);
    if (bytesRead === 0) throw new Plain("The archive is cut off.");
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

const text = (header, start, end) => header.toString("latin1", start, end).split("\0", 1)[0];

/** The entries of an archive: name, size, and `chunks()` to read it. @throws Plain when it is damaged. */
export async function* readTar(handle) {
  for (let position = 0; ; ) {
    const header = Buffer.alloc(BLOCK);
    const { bytesRead } = await handle.read(header, 0, BLOCK, position);
    if (bytesRead < BLOCK) throw new Plain("The archive is cut off.");
    if (header.every((byte) => byte === 0)) return;
    if (Number.parseInt(text(header, 148, 156), 8) !== sumOf(header))
      throw new Plain("This is not a backup, or damaged.");
    const prefix = text(header, 345, 500);
    const size = readSize(header);
    const start = position + BLOCK;
    const name = (prefix ? `${prefix}/` : "") + text(header, 0, 100);
    yield { name, size, chunks: () => readRange(handle, start, size) };
    position = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** The whole of a small entry. */
export async function readEntry(entry) {
  const chunks = [];
  for await (const chunk of entry.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
