import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { BegunDeviceLogin, GrantedDeviceLogin } from "@/lib/identity/schema";
import type { Account } from "./accounts";
import { EXIT, Failure, hasCode } from "./failure";
import { askJson } from "./http";
import { remark } from "./print";

/** Seconds, as the RFC wants it of whoever was too quick. */
const SLOWER = 5;

const NO_ANSWER = "Nobody has answered in the browser in time. Begin anew.";

/**
 * Has the person sign this program in with a browser, wherever that is, and waits for it.
 *
 * @throws Failure when the answer is no, or there is none in time
 * @see RFC 8628
 */
export async function signInByBrowser(origin: string): Promise<{ account: Account; scopes: string[] }> {
  const asked = { program: "tessera", host: os.hostname(), scopes: ["files", "shares"] };
  const begun = await askJson<BegunDeviceLogin>({ origin }, "POST", "/api/device-logins", asked);
  remark(`Open ${begun.verificationUri} in a browser, on any machine, and type this code:`);
  for (const line of ["", `    ${begun.userCode}`, ""]) remark(line);
  remark(`It is good for ${Math.round(begun.expiresIn / 60)} minutes. This program waits for your answer there.`);
  const { userName, scopes } = await waitForAnswer(origin, begun);
  return { account: { origin, userName, secret: begun.deviceCode }, scopes };
}

/** A yes of the last second is told by the next answer; that the time is over is the cloud's to say. */
const HEARD_LATER_MS = 60_000;

async function waitForAnswer(origin: string, { deviceCode, expiresIn, interval }: BegunDeviceLogin) {
  const end = performance.now() + expiresIn * 1000 + HEARD_LATER_MS;
  for (let pause = interval; performance.now() < end; ) {
    await sleep(pause * 1000);
    try {
      return await askJson<GrantedDeviceLogin>({ origin }, "POST", "/api/device-logins/poll", { deviceCode });
    } catch (error) {
      pause += pauseAfter(error);
    }
  }
  throw new Failure(EXIT.notSignedIn, NO_ANSWER);
}

/** By how many seconds longer it waits from now on. @throws what ends the wait */
export function pauseAfter(error: unknown): number {
  if (hasCode(error, "AUTHORIZATION_PENDING")) return 0;
  // Out of the network for a while, with the browser elsewhere.
  if (hasCode(error, "SLOW_DOWN") || (error instanceof Failure && error.exit === EXIT.unreachable)) return SLOWER;
  if (!(error instanceof Failure)) throw error;
  if (hasCode(error, "ACCESS_DENIED")) throw new Failure(EXIT.refused, error.message, error.refusal);
  if (hasCode(error, "EXPIRED_TOKEN")) throw new Failure(EXIT.notSignedIn, NO_ANSWER, error.refusal);
  throw error;
}
