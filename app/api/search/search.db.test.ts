import { beforeEach, expect, it } from "vitest";
import type { SessionPrincipal } from "@/lib/core/principal";
import { makeAppPassword, makeUser, programRequest, requestOf } from "@/tests/make";
import { makeFile } from "@/tests/make-files";
import { GET } from "./route";

let alice: SessionPrincipal;
beforeEach(async () => {
  alice = await makeUser({ userName: "alice" });
  await makeFile(alice, "/Trips/glacier.txt");
});

it("answers with what is found and where", async () => {
  const answer = await GET(await requestOf(alice, "/api/search?q=glacier&kind=text"));

  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    items: [
      expect.objectContaining({ name: "glacier.txt", folder: "/Trips", kind: "file", sharedBy: null, snippet: null }),
    ],
    next: null,
  });
});

it("is there for programs that may use files", async () => {
  const asked = async (scope: "files" | "shares") =>
    GET(await programRequest(alice, await makeAppPassword(alice, [scope]), "/api/search?q=glacier"));

  expect((await asked("files")).status).toBe(200);
  expect((await asked("shares")).status).toBe(403);
});

it.each(["kind=other", "from=yesterday", "owner=bob", "limit=0", "limit=101", `q=${"x".repeat(201)}`])(
  "refuses %s",
  async (query) => {
    const answer = await GET(await requestOf(alice, `/api/search?${query}`));

    expect(answer.status).toBe(400);
  },
);
