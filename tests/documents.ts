import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { createDeflate, deflateSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";

/** Small documents of each format, in which these words are written. */

/** A paper with one page. */
export const pdfOf = (words: string): Buffer => paper(deflateSync(`BT /F1 12 Tf 10 100 Td (${words}) Tj ET`));

/** A paper with nothing on its page, which is so many megabytes long once it is unpacked. */
export async function pdfBomb(megabytes: number): Promise<Buffer> {
  const deflate = createDeflate();
  const drawn = buffer(deflate);
  for (let n = 0; n < megabytes; n++) if (!deflate.write(Buffer.alloc(1_000_000, " "))) await once(deflate, "drain");
  deflate.end();
  return paper(await drawn);
}

/** A paper whose only page is drawn so, in a box of its own. */
export const pageOf = (drawn: string, box: string): Buffer => paper(deflateSync(drawn), box);

function paper(drawn: Buffer, box = "0 0 400 200"): Buffer {
  const head = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[${box}]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length ${drawn.length}/Filter/FlateDecode>>stream
`;
  const tail = `
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
`;
  return Buffer.concat([Buffer.from(head), drawn, Buffer.from(tail)]);
}

/** An archive with these files in it. */
export const zipOf = (files: Record<string, string>): Buffer =>
  Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));

/** Office documents, by their extension. The words stand in two runs, as word processors like to cut them. */
export const OFFICE: Record<string, (words: string) => Buffer> = {
  docx: (words) => zipOf({ "word/document.xml": paragraph("w", words, "w:t") }),
  pptx: (words) =>
    zipOf({ "ppt/presentation.xml": "<p:presentation/>", "ppt/slides/slide1.xml": paragraph("a", words, "a:t") }),
  xlsx: (words) =>
    zipOf({
      "xl/workbook.xml": "<workbook/>",
      "xl/sharedStrings.xml": `<sst><si><t>${words}</t></si><si><t>another</t></si></sst>`,
      "xl/worksheets/sheet1.xml": `<worksheet><row><c t="s"><v>0</v></c></row></worksheet>`,
    }),
  odt: (words) => openDocument(paragraph("text", words, "text:span")),
  odp: (words) => openDocument(paragraph("text", words, "text:span")),
  ods: (words) => openDocument(`<table:table-cell>${paragraph("text", words, "text:span")}</table:table-cell>`),
};

function paragraph(prefix: string, words: string, run: string): string {
  const [start, end] = [words.slice(0, 3), words.slice(3)];
  return `<${prefix}:p><${run}>${start}</${run}><${run}>${end}</${run}></${prefix}:p>`;
}

const openDocument = (body: string) =>
  zipOf({ mimetype: "application/vnd.oasis.opendocument", "content.xml": `<office:body>${body}</office:body>` });
