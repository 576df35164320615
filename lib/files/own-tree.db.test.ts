import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { makeUser } from "@/tests/make";
import { bytes, contentOf, makeFile, namesIn } from "@/tests/make-files";
import { ownTree } from "./own-tree";

describe("a person's tree", () => {
  it("gives back the bytes that were written, whole and in part", async () => {
    const tree = ownTree(await makeUser());

    const { entry, created } = await tree.write(["hello.txt"], bytes("Hello, world"), { size: 12 });

    expect(created).toBe(true);
    expect(entry).toMatchObject({ name: "hello.txt", kind: "file", size: 12, mediaType: "text/plain", canWrite: true });
    expect(await contentOf(tree, "/hello.txt")).toBe("Hello, world");
    const part = await tree.read(["hello.txt"], { range: { first: 7, last: 100 } });
    expect(part.range).toEqual({ start: 7, end: 11 });
    expect(await text(part.body)).toBe("world");
    const end = await tree.read(["hello.txt"], { range: { suffix: 3 } });
    expect(await text(end.body)).toBe("rld");
  });

  it("replaces a file under the same id with another etag", async () => {
    const tree = ownTree(await makeUser());
    const first = await tree.write(["a.txt"], bytes("one"));

    const second = await tree.write(["a.txt"], bytes("two!"));

    expect(second.created).toBe(false);
    expect(second.entry.id).toBe(first.entry.id);
    expect(second.entry.etag).not.toBe(first.entry.etag);
    expect(await contentOf(tree, "/a.txt")).toBe("two!");
  });

  it("lists folders first, then by name as people count and spell", async () => {
    const alice = await makeUser();
    const tree = ownTree(alice);
    for (const name of ["img10.png", "IMG2.png", "b", "Ä", "a"]) await makeFile(alice, name);
    await tree.makeFolder(["z"]);

    expect(await namesIn(tree, "/")).toEqual(["z", "a", "Ä", "b", "IMG2.png", "img10.png"]);
  });

  it("moves, copies and removes", async () => {
    const alice = await makeUser();
    const tree = ownTree(alice);
    await makeFile(alice, "/from/deep/a.txt", "a");
    await tree.makeFolder(["to"]);

    await tree.move(["from", "deep"], ["to", "deep"]);
    await tree.copy(["to", "deep"], ["copy"]);
    await tree.remove(["to", "deep", "a.txt"]);

    expect(await namesIn(tree, "/from")).toEqual([]);
    expect(await namesIn(tree, "/to/deep")).toEqual([]);
    expect(await contentOf(tree, "/copy/a.txt")).toBe("a");
  });
});
