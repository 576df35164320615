import { Readable } from "node:stream";
import { crc32, deflateSync } from "node:zlib";
import type { UserPrincipal } from "@/lib/core/principal";
import { ownTree } from "@/lib/files/own-tree";

const WELCOME = `# Welcome

These are files on **your** cloud. Share a folder with somebody on another one:

1. *Invite someone* gives a link. The other person opens it and says yes.
2. Choose a folder, then *Share*, and type the first letters of the name.
3. The other person finds it under *Shared with me*, and opens it straight from here.

| What | Where it is |
| --- | --- |
| A picture | Pictures/Dawn.png |
| A document | Documents/Plan.pdf |
`;
const NOTES = "Things to bring\n- a warm jacket\n- the map\n- something to read on the train\n";

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const length = Buffer.alloc(4);
  const checksum = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}

/** A sky over hills, drawn row by row. @see PNG, third edition, section 5 */
function dawn(width = 960, height = 600): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const hill = height * (0.72 + 0.08 * Math.sin(x / 130) + 0.04 * Math.sin(x / 47));
      const sun = Math.hypot(x - width * 0.68, y - height * 0.5) < 52;
      const depth = y / height;
      const sky = [40 + 200 * depth, 92 + 90 * depth, 120 + 10 * depth];
      const colour = y > hill ? [19, 72, 70] : sun ? [255, 226, 170] : sky;
      rows.set(colour, y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // eight bits of red, green and blue
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const end = chunk("IEND", Buffer.alloc(0));
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), end]);
}

/** One page of text in a font that every reader has. @see ISO 32000-1, 7.5 */
function plan(lines: string[]): Buffer {
  const text = `BT /F1 18 Tf 72 760 Td 28 TL ${lines.map((line) => `(${line}) Tj T*`).join(" ")} ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
  ];
  let body = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + trailer, "latin1");
}

/** Gives a new person something to look at and to share. */
export async function addFiles(person: UserPrincipal): Promise<void> {
  const tree = ownTree(person);
  const write = (path: string[], content: Buffer) => tree.write(path, Readable.from([content]), { ifAbsent: true });
  await tree.makeFolder(["Documents"]);
  await tree.makeFolder(["Pictures"]);
  await write(["Welcome.md"], Buffer.from(WELCOME));
  await write(["Documents", "Notes.txt"], Buffer.from(NOTES));
  await write(["Documents", "Plan.pdf"], plan(["The plan", "First the train, then the boat.", "Back on Sunday."]));
  await write(["Pictures", "Dawn.png"], dawn());
}
