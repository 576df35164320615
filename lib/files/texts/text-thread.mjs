// Reads the words out of a document, on a thread of its own: what it is given may be broken or hostile. Plain
// JavaScript, because it stands beside the bundle as a file of its own (scripts/lib/prepare.mjs) and tests run it as
// it is. Every way through a document is linear in it, and stops at the limits that come with it.
import { parentPort } from "node:worker_threads";
import { strFromU8, unzipSync } from "fflate";
import { getDocumentProxy } from "unpdf";

/** XML that is unpacked of one archive, in bytes: what it claims, and with it what is ever allocated. */
const MOST_UNPACKED = 48 * 1024 * 1024;
const MOST_PARTS = 2_000;
const MOST_PAGES = 2_000;

/** Where the words of an office document are, by what only documents of that kind hold. */
const OFFICE = [
  [/^word\/document\.xml$/, /^word\/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml$/],
  [/^ppt\/presentation\.xml$/, /^ppt\/(slides\/slide|notesSlides\/notesSlide)\d+\.xml$/],
  [/^xl\/workbook\.xml$/, /^xl\/(sharedStrings|worksheets\/sheet\d+)\.xml$/],
  [/^content\.xml$/, /^content\.xml$/],
];
/** Elements after which a word ends; others only change how it looks. */
const BREAKS =
  /^\/?(?:(?:text|a|w|table):(?:p|h|tab|br|s|line-break|table-cell|tc)|si|is|c|row|address|article|aside|blockquote|br|caption|dd|div|dl|dt|figcaption|footer|form|h[1-6]|header|hr|li|main|nav|ol|option|p|pre|section|table|td|th|title|tr|ul|option)$/;
/** Their content is no text. */
const SILENT = /^(?:script|style|template|noscript|svg|v|f)$/;
const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", shy: "" };

parentPort?.on("message", async ({ bytes, format, limit }) => {
  try {
    parentPort?.postMessage({ text: await readers[format](bytes, limit) });
  } catch (error) {
    parentPort?.postMessage({ failure: String(error instanceof Error ? error.message : error) });
  }
});

const readers = {
  html: (bytes, limit) => textOfMarkup(new TextDecoder().decode(bytes), limit),
  office: textOfOffice,
  pdf: textOfPdf,
};

/** Null: an archive of something else. */
function textOfOffice(bytes, limit) {
  const names = [];
  unzipSync(bytes, { filter: ({ name }) => names.push(name) < 0 });
  const [, wanted] = OFFICE.find(([mark]) => names.some((name) => mark.test(name))) ?? [];
  if (!wanted) return null;
  let room = MOST_UNPACKED;
  let parts = 0;
  const files = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (!wanted.test(name) || originalSize > room || ++parts > MOST_PARTS) return false;
      room -= originalSize;
      return true;
    },
  });
  const inOrder = Object.keys(files).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  let text = "";
  for (const name of inOrder) {
    if (text.length >= limit) break;
    text += `${textOfMarkup(strFromU8(files[name]), limit - text.length)}\n`;
  }
  return text;
}

/** What stands between the tags. */
function textOfMarkup(markup, limit) {
  const parts = [];
  let length = 0;
  let at = 0;
  while (at < markup.length && length < limit) {
    const open = markup.indexOf("<", at);
    const words = decoded(markup.slice(at, Math.min(open === -1 ? markup.length : open, at + limit)));
    parts.push(words);
    length += words.length;
    if (open === -1) break;
    at = afterTag(markup, open, parts);
  }
  return parts.join("");
}

/** Where the text goes on after the tag that opens here. */
function afterTag(markup, open, parts) {
  if (markup.startsWith("<!--", open)) return after(markup, "-->", open + 4);
  const end = after(markup, ">", open);
  const tag = markup.slice(open + 1, Math.min(end, open + 64));
  const name = (/^\/?[a-z][\w:.-]*/i.exec(tag)?.[0] ?? "").toLowerCase();
  if (BREAKS.test(name)) parts.push("\n");
  if (!SILENT.test(name) || markup[end - 2] === "/") return end;
  const close = markup.indexOf(`</${tag.slice(0, name.length)}`, end);
  return close === -1 ? markup.length : close;
}

function after(text, mark, from) {
  const at = text.indexOf(mark, from);
  return at === -1 ? text.length : at + mark.length;
}

const decoded = (text) =>
  text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,5});/gi, (whole, name) => {
    if (!name.startsWith("#")) return NAMED[name] ?? whole;
    const code = name[1].toLowerCase() === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0x10ffff ? "" : String.fromCodePoint(code);
  });

async function textOfPdf(bytes, limit) {
  const document = await getDocumentProxy(bytes, { isEvalSupported: false, disableFontFace: true, verbosity: 0 });
  try {
    let text = "";
    for (let number = 1; number <= Math.min(document.numPages, MOST_PAGES) && text.length < limit; number++) {
      const page = await document.getPage(number);
      for (const { str = "", hasEOL } of (await page.getTextContent()).items) text += hasEOL ? `${str}\n` : str;
      text += "\n";
      page.cleanup();
    }
    return text;
  } finally {
    await document.destroy();
  }
}
