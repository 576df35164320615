import { expect, it } from "vitest";
import { readDropped } from "./read-dropped";

type Fake = { name: string; isFile: boolean; [more: string]: unknown };
const fileEntry = (name: string): Fake => ({
  name,
  isFile: true,
  file: (resolve: (file: File) => void) => resolve(new File(["x"], name)),
});
const lockedEntry = (name: string): Fake => ({
  name,
  isFile: true,
  file: (_resolve: unknown, reject: (error: Error) => void) => reject(new DOMException("", "NotReadableError")),
});
function folderEntry(name: string, children: Fake[]): Fake {
  const pages = [children, []];
  const readEntries = (resolve: (entries: Fake[]) => void) => resolve(pages.shift() ?? []);
  return { name, isFile: false, createReader: () => ({ readEntries }) };
}
const drop = (...entries: Fake[]) => {
  const items = entries.map((entry) => ({ webkitGetAsEntry: () => entry }));
  return readDropped({ items: items as unknown as DataTransferItemList });
};

it("brings files with the folders around them, and the folders that hold nothing", async () => {
  const { files, emptyFolders, unreadable } = await drop(
    fileEntry("a.txt"),
    folderEntry("Photos", [fileEntry("b.png"), folderEntry("Empty", [])]),
  );

  expect(files.map(({ file, folders }) => [...folders, file.name].join("/"))).toEqual(["a.txt", "Photos/b.png"]);
  expect(emptyFolders).toEqual([["Photos", "Empty"]]);
  expect(unreadable).toEqual([]);
});

it("brings all else when one file cannot be read, and names it", async () => {
  const { files, unreadable } = await drop(lockedEntry("secret"), folderEntry("Photos", [fileEntry("b.png")]));

  expect(files.map(({ file }) => file.name)).toEqual(["b.png"]);
  expect(unreadable).toEqual(["secret"]);
});
