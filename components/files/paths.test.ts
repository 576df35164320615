import { describe, expect, it } from "vitest";
import { contentUrl, folderOfPathname, hrefOf, isInside, joinPath, nameOf, parentOf } from "@/components/files/paths";

describe("the address of a folder", () => {
  it.each(["/", "/Photos", "/Photos/2026", "/50 % off?/a#b", "/ä/日本"])("is read back as the path %s", (path) => {
    expect(folderOfPathname(hrefOf(path))).toBe(path);
  });

  it("survives an address that is not encoded rightly", () => {
    expect(folderOfPathname("/files/100%")).toBe("/100%");
  });
});

it("opens a file in the folder around it", () => {
  expect(hrefOf("/Trips/Plan & map.md", "file")).toBe("/files/Trips?open=Plan%20%26%20map.md");
});

it("keeps what is special in a name out of the rest of an address", () => {
  expect(contentUrl("/a&path=/b", { isDownload: true })).toBe("/content/files?path=%2Fa%26path%3D%2Fb&download=1");
});

it("knows parents, names and what is below", () => {
  expect(parentOf("/a/b")).toBe("/a");
  expect(parentOf("/a")).toBe("/");
  expect(nameOf("/a/b")).toBe("b");
  expect(joinPath("/", "a", "b")).toBe("/a/b");
  expect(isInside("/ab", "/a")).toBe(false);
  expect(isInside("/a/b", "/a")).toBe(true);
});
