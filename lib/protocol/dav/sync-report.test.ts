import { expect, it } from "vitest";
import { readSyncReport } from "./sync-report";

async function* bytes(text: string) {
  yield Buffer.from(text);
}
const report = (inside: string) => bytes(`<sync-collection xmlns="DAV:">${inside}</sync-collection>`);
const REST = "<sync-level>1</sync-level><prop><getetag/></prop>";

it("is read with and without a token and a limit", async () => {
  const query = { mode: "prop", names: [{ namespace: "DAV:", name: "getetag" }] };

  expect(await readSyncReport(report(`<sync-token/>${REST}`))).toEqual({ token: "", limit: null, query });
  const limited = `<sync-token> urn:x </sync-token>${REST}<limit><nresults>10</nresults></limit>`;
  expect(await readSyncReport(report(limited))).toEqual({ token: "urn:x", limit: 10, query });
});

it.each([
  ["XML_INVALID", bytes("")],
  ["XML_INVALID", report(REST)],
  ["XML_INVALID", report("<sync-token/><sync-level>1</sync-level>")],
  ["XML_INVALID", report(`<sync-token/>${REST}<limit><nresults>-1</nresults></limit>`)],
  ["SYNC_TOO_DEEP", report("<sync-token/><sync-level>infinite</sync-level><prop/>")],
  ["REPORT_UNKNOWN", bytes('<version-tree xmlns="DAV:"/>')],
])("is refused as %s", async (code, body) => {
  await expect(readSyncReport(body)).rejects.toMatchObject({ code });
});
