import { expect, it } from "vitest";
import { noticeSentence } from "./notice-sentence";

const base = { id: "n1", createdAt: "2026-11-30T10:00:00Z", readAt: null };
const about = { shareId: "re1", receivedShareId: "rc1", resource: "Photos", name: "Alice", provider: "a.example.org" };

it.each([
  [null, "“Photos” of Alice could not be shared with Carol", "No."],
  ["viewer", "What Carol can do with “Photos” of Alice was not changed", "No. They can only view it as before."],
  ["unknown", "It is not known whether Carol still has “Photos” of Alice", "No."],
  ["editor", "What Carol can do with “Photos” of Alice was not changed", "No. They can change it as before."],
] as const)("tells that sharing on failed, who having been %s: %s", (keptRole, text, detail) => {
  const failed = { ...about, whom: "Carol", keptRole, reason: "No." };

  const sentence = noticeSentence({ ...base, kind: "reshare-failed", about: failed });

  expect(sentence).toEqual({ text, detail, href: "/shared-with-me?share=rc1" });
});

it.each([
  [
    ["/a.txt"],
    1,
    "Hut found that a file of yours is damaged",
    /^\/a\.txt\. .* If you have it elsewhere, upload it again\.$/,
  ],
  [["/a", "/b"], 5, "Hut found that 5 files of yours are damaged", /^\/a, \/b and 3 more\. .* upload them again\.$/],
])("names damaged files, the first of many: %j of %d", (files, count, text, detail) => {
  const about = { name: "Hut", provider: "", files, count };

  const sentence = noticeSentence({ ...base, kind: "files-damaged", about });

  expect(sentence).toMatchObject({ text, href: "/files" });
  expect(sentence.detail).toMatch(detail);
});

it("tells that a copy is not kept any more", () => {
  const about = { name: "Alice", provider: "a.example.org", resource: "huts" };

  const sentence = noticeSentence({ ...base, kind: "copy-let-go", about });

  const detail = "It has not been on a.example.org for a day.";
  expect(sentence).toEqual({ text: "No copy of “huts” is kept here any more", detail, href: "/files" });
});

it.each([
  ["made", "“huts” was not made on a.example.org"],
  ["moved", "“huts” was not moved on a.example.org"],
  ["removed", "“huts” was not deleted on a.example.org"],
] as const)("tells what another cloud did not do: %s", (what, text) => {
  const about = { name: "Alice", provider: "a.example.org", resource: "huts", what, reason: "It is locked." };

  const sentence = noticeSentence({ ...base, kind: "change-not-made", about });

  expect(sentence).toEqual({ text, detail: "You had done that while it was away. It is locked.", href: "/files" });
});

it.each([
  ["beside", "It stands beside the other. It was changed on a.example.org in the meantime."],
  ["own", "It stands at the top of your own files. It was changed on a.example.org in the meantime."],
] as const)("tells where a change that met another is kept: %s", (where, detail) => {
  const reason = "It was changed on a.example.org in the meantime.";
  const kept = { name: "Alice", provider: "a.example.org", resource: "map.txt", keptAs: "map (1).txt", where, reason };

  const sentence = noticeSentence({ ...base, kind: "edit-kept-apart", about: kept });

  expect(sentence).toEqual({ text: "Your change of “map.txt” is kept as “map (1).txt”", detail, href: "/files" });
});
