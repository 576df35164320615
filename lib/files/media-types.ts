import type { FileKind } from "./schema";

/** By extension. What is not here is `application/octet-stream`: a type is never taken from who sent the file. */
const TYPES: Record<string, string> = {
  // Text
  txt: "text/plain",
  text: "text/plain",
  log: "text/plain",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  md: "text/markdown",
  markdown: "text/markdown",
  json: "application/json",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  toml: "application/toml",
  ini: "text/plain",
  conf: "text/plain",
  html: "text/html",
  htm: "text/html",
  xhtml: "application/xhtml+xml",
  css: "text/css",
  js: "text/javascript",
  mjs: "text/javascript",
  ts: "text/plain",
  tsx: "text/plain",
  jsx: "text/plain",
  py: "text/x-python",
  sh: "text/x-shellscript",
  c: "text/x-c",
  h: "text/x-c",
  cpp: "text/x-c++",
  java: "text/x-java",
  go: "text/x-go",
  rs: "text/x-rust",
  rb: "text/x-ruby",
  lock: "text/plain",
  properties: "text/plain",
  env: "text/plain",
  diff: "text/plain",
  patch: "text/plain",
  sql: "application/sql",
  tex: "text/x-tex",
  vcf: "text/vcard",
  ics: "text/calendar",
  // Images
  png: "image/png",
  apng: "image/apng",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  bmp: "image/bmp",
  ico: "image/x-icon",
  svg: "image/svg+xml",
  tif: "image/tiff",
  tiff: "image/tiff",
  heic: "image/heic",
  heif: "image/heif",
  // Sound and film
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  aac: "audio/aac",
  ogg: "audio/ogg",
  oga: "audio/ogg",
  opus: "audio/ogg",
  wav: "audio/wav",
  flac: "audio/flac",
  mp4: "video/mp4",
  m4v: "video/mp4",
  webm: "video/webm",
  ogv: "video/ogg",
  mov: "video/quicktime",
  mkv: "video/x-matroska",
  avi: "video/x-msvideo",
  // Documents
  pdf: "application/pdf",
  epub: "application/epub+zip",
  rtf: "application/rtf",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ppt: "application/vnd.ms-powerpoint",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  odt: "application/vnd.oasis.opendocument.text",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odp: "application/vnd.oasis.opendocument.presentation",
  // Archives
  zip: "application/zip",
  tar: "application/x-tar",
  gz: "application/gzip",
  bz2: "application/x-bzip2",
  xz: "application/x-xz",
  "7z": "application/x-7z-compressed",
};

/** Names without an extension, or of nothing but one, that stand for texts by convention. */
const TEXTS = new Set(
  `authors changelog changes codeowners containerfile contributing copying copyright dockerfile gemfile install
  jenkinsfile justfile license licence maintainers makefile news notice pipfile procfile rakefile readme thanks todo
  vagrantfile version .bash_profile .bashrc .browserslistrc .clang-format .dockerignore .editorconfig .eslintrc
  .gitattributes .gitconfig .gitignore .gitkeep .gitmodules .htaccess .inputrc .mailmap .npmignore .npmrc .nvmrc
  .prettierignore .prettierrc .profile .vimrc .zprofile .zshenv .zshrc`.split(/\s+/),
);

/** The media type that the name says. */
export function mediaTypeOf(name: string): string {
  const lower = name.toLowerCase();
  if (TEXTS.has(lower)) return "text/plain";
  const dot = lower.lastIndexOf(".");
  const extension = dot === -1 ? "" : lower.slice(dot + 1);
  return (Object.hasOwn(TYPES, extension) && TYPES[extension]) || "application/octet-stream";
}

const KINDS: Record<Exclude<FileKind, "folder">, RegExp> = {
  image: /^image\//,
  text: /^text\/|^application\/(json|xml|xhtml\+xml|yaml|toml|sql)$/,
  pdf: /^application\/pdf$/,
  office: /^application\/(rtf|msword|vnd\.(ms-|openxmlformats|oasis))/,
  audio: /^audio\//,
  video: /^video\//,
};

/** What the names of all files of a kind look like: their extensions, and whole names; in small letters. */
export function namesOfKind(kind: Exclude<FileKind, "folder">): { extensions: string[]; names: string[] } {
  const extensions = Object.keys(TYPES).filter((extension) => KINDS[kind].test(TYPES[extension] ?? ""));
  return { extensions, names: kind === "text" ? [...TEXTS] : [] };
}
