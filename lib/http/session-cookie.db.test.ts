import { encode } from "next-auth/jwt";
import { expect, it } from "vitest";
import { endAllSessions } from "@/lib/identity/sessions";
import { getSite } from "@/lib/sites/sites";
import { makeSite, makeUser } from "@/tests/make";
import { cookieName, cookieSecret, onTheWayTo, sessionOfCookie } from "./session-cookie";

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

it("remembers where somebody was going who went to sign in elsewhere, if it is a page of this site", async () => {
  const site = await makeSite("https://cloud.example.org");
  const goingTo = (address: string) => onTheWayTo(site, `other=1; ${cookieName(site, "callback")}=${address}`);
  const invite = "/invite/accept?token=inv_1&providerDomain=other.example.org";

  expect(goingTo(encodeURIComponent(site.origin + invite))).toBe(invite);
  const strange = ["https://evil.example.org/x", "/files", "javascript:alert(1)", ""].map(encodeURIComponent);
  expect([...strange, "%"].map(goingTo)).toEqual([null, null, null, null, null]);
  expect(onTheWayTo(site, undefined)).toBeNull();
});
