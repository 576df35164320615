import { expect, it } from "vitest";
import { mediaTypeOf } from "./media-types";

it("goes by the extension, in whatever case", () => {
  const names = ["a.png", "A.PDF", "archive.tar.gz", ".hidden.md"];
  expect(names.map(mediaTypeOf)).toEqual(["image/png", "application/pdf", "application/gzip", "text/markdown"]);
});

it("knows the names that are texts by convention", () => {
  const names = ["README", "Dockerfile", "LICENSE", "Makefile", ".gitignore", ".env", ".bashrc"];
  expect(new Set(names.map(mediaTypeOf))).toEqual(new Set(["text/plain"]));
});

it("takes nothing else for anything", () => {
  const names = ["png", "html", "constructor", "a.constructor", "x.exe", ".DS_Store", ""];
  expect(new Set(names.map(mediaTypeOf))).toEqual(new Set(["application/octet-stream"]));
});
