import { describe, expect, it } from "vitest";
import { idOfToken, lockIdOf, readLockRequest, timeoutOf, tokenOf } from "./lock-request";

async function* bytes(text: string) {
  yield Buffer.from(text);
}
const ID = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
const lockinfo = (inside: string) => bytes(`<lockinfo xmlns="DAV:">${inside}</lockinfo>`);
const WRITE = "<locktype><write/></locktype>";
const EXCLUSIVE = "<lockscope><exclusive/></lockscope>";

describe("the body of a LOCK", () => {
  it("asks for a lock, and says for whom as it was written", async () => {
    const body = lockinfo(`${EXCLUSIVE}${WRITE}<owner><x:href xmlns:x="DAV:">http://a/</x:href> &amp; b</owner>`);

    expect(await readLockRequest(body)).toEqual({
      isExclusive: true,
      holder: '<owner xmlns="DAV:"><href>http://a/</href> &amp; b</owner>',
    });
    expect(await readLockRequest(lockinfo(`<lockscope><shared/></lockscope>${WRITE}`))).toEqual({
      isExclusive: false,
      holder: "",
    });
  });

  it("asks for a refresh when there is none", async () => {
    expect(await readLockRequest(bytes(""))).toBeNull();
  });

  it.each([
    "",
    EXCLUSIVE,
    WRITE,
    `<lockscope/>${WRITE}`,
    `<lockscope><exclusive/><shared/></lockscope>${WRITE}`,
    `${EXCLUSIVE}<locktype><read/></locktype>`,
    `${EXCLUSIVE}${WRITE}<owner>${"x".repeat(1024)}</owner>`,
  ])("is refused: %.90s", async (inside) => {
    await expect(readLockRequest(lockinfo(inside))).rejects.toMatchObject({ status: 400, code: "XML_INVALID" });
  });
});

it.each([
  [undefined, 1800],
  ["Second-60", 60],
  ["Infinite", 3600],
  ["Infinite, Second-4100000000", 3600],
  ["Extend, second-90", 90],
  ["Second-0", 1],
  ["Second-99999999999", 1800],
  ["soon", 1800],
])("lets a lock with Timeout %j last %i seconds", (timeout, seconds) => {
  expect(timeoutOf({ timeout }, { usual: 1800, most: 3600 })).toBe(seconds);
});

it("knows its own tokens, and no others", () => {
  expect(idOfToken(tokenOf(ID))).toBe(ID);
  expect(idOfToken(tokenOf(ID.toUpperCase()))).toBe(ID);
  for (const token of ["DAV:no-lock", "opaquelocktoken:1", `urn:uuid:${ID}x`, "urn:uuid:", ID]) {
    expect(idOfToken(token)).toBeNull();
  }
});

it("reads which lock is to end", () => {
  expect(lockIdOf({ "lock-token": ` <${tokenOf(ID)}> ` })).toBe(ID);
  expect(lockIdOf({ "lock-token": "<urn:x>" })).toBeNull();
  expect(lockIdOf({ "lock-token": tokenOf(ID) })).toBe(ID); // as npm's webdav client writes it
  for (const header of [undefined, "", "<>", "<a b>", `<${tokenOf(ID)}`]) {
    expect(() => lockIdOf({ "lock-token": header })).toThrow("A Lock-Token is missing.");
  }
});
