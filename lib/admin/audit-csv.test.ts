import { expect, it } from "vitest";
import { auditCsv, csvLine } from "./audit-csv";

it.each([
  ["=1+1", "'=1+1"],
  ["+49 30", "'+49 30"],
  ["-2", "'-2"],
  ["@bob", "'@bob"],
  ["\t=1", "'\t=1"],
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ["a, b", '"a, b"'],
  ["two\nlines", '"two\nlines"'],
  ["1-1", "1-1"],
  [null, ""],
])("writes %j so that a spreadsheet shows it and does nothing", (value, written) => {
  expect(csvLine([value])).toBe(`${written}\r\n`);
});

it("begins with the names of the columns", async () => {
  const entry = {
    id: "1",
    at: "2026-11-25T12:00:00.000Z",
    action: "share-sent",
    actor: { kind: "person" as const, name: "=Alice" },
    subject: { kind: "sent-share", name: "Bob", provider: "cloud.example.org" },
    detail: { role: "viewer", signature: "ed25519", keyid: "cloud.example.org#key-1" },
  };
  async function* entries() {
    yield entry;
  }

  const lines: string[] = [];
  for await (const line of auditCsv(entries())) lines.push(line);

  expect(lines).toEqual([
    "at,action,actor,subject,subjectName,provider,signature,keyid,detail\r\n",
    `2026-11-25T12:00:00.000Z,share-sent,'=Alice,sent-share,Bob,cloud.example.org,ed25519,cloud.example.org#key-1,"{""role"":""viewer""}"\r\n`,
  ]);
});
