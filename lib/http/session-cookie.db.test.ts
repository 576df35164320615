import { encode } from "next-auth/jwt";
import { expect, it } from "vitest";
import { endAllSessions } from "@/lib/identity/sessions";
import { getSite } from "@/lib/sites/sites";
import { makeSite, makeUser } from "@/tests/make";
import { cookieSecret, sessionOfCookie } from "./session-cookie";

it("is found by its cookie, on its own site only, and only while it lives", async () => {
  const alice = await makeUser();
  const site = await getSite(alice.siteId);
  const cookie = await encode({ token: { sid: alice.sessionId }, secret: cookieSecret(site) });

  const first = await sessionOfCookie(site, cookie);
  const second = await sessionOfCookie(site, cookie);

  expect([first?.user.userId, second?.user.userId]).toEqual([alice.userId, alice.userId]);
  expect(await sessionOfCookie(await makeSite(), cookie)).toBeNull();
  expect(await sessionOfCookie(site, `${cookie}x`)).toBeNull();
  await endAllSessions(alice);
  expect(await sessionOfCookie(site, cookie)).toBeNull();
});
