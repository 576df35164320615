import { afterEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { ApiError, api } from "@/components/api";

const Named = z.object({ name: z.string() });
const answer = (body: string) => vi.stubGlobal("fetch", async () => new Response(body));
afterEach(() => vi.unstubAllGlobals());

it("reads what was promised", async () => {
  answer('{"name":"Photos"}');

  expect(await api(Named, "/api/x")).toEqual({ name: "Photos" });
});

it.each(["{}", "<html>", ""])("says in a sentence that it does not understand %j", async (body) => {
  answer(body);

  const refused = await api(Named, "/api/x").catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ code: "ANSWER_UNKNOWN", message: expect.stringContaining("Reload the page.") });
});
