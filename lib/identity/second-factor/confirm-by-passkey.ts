import {
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from "@simplewebauthn/server";
import { db } from "@/lib/core/db";
import { invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import type { SessionPrincipal } from "@/lib/core/principal";
import { noteSecondFactor } from "@/lib/identity/sessions";
import { getSite } from "@/lib/sites/sites";
import type { Passkey } from "@/prisma/generated/client";
import { keepChallenge, takeChallenge } from "./challenge";
import { limitTries } from "./count-tries";
import { rpIdOf } from "./passkeys";
import type { PasskeyAssertion } from "./schema";

/**
 * What a browser needs to ask a passkey of this person.
 *
 * @throws NOT_SIGNED_IN
 * @see WebAuthn, "Verifying an Authentication Assertion"
 */
export async function askForPasskey(user: SessionPrincipal): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { siteId, userId } = user;
  const passkeys = await db().passkey.findMany({ where: { siteId, userId } });
  const options = await generateAuthenticationOptions({
    rpID: rpIdOf(await getSite(siteId)),
    allowCredentials: passkeys.map(({ credentialId: id }) => ({ id })),
    userVerification: "discouraged",
  });
  await keepChallenge(user, "confirm", options.challenge);
  return options;
}

/**
 * Takes what a passkey signed: the sign-in is whole, and has shown a second factor now.
 *
 * @throws SECOND_FACTOR_WRONG, CHALLENGE_OVER, NOT_SIGNED_IN, TOO_MANY_REQUESTS
 */
export async function confirmByPasskey(
  user: SessionPrincipal,
  assertion: PasskeyAssertion,
  address: string,
): Promise<void> {
  const { siteId, userId } = user;
  const tries = await limitTries(user, address);
  const challenge = await takeChallenge(user, "confirm");
  const passkey = await db().passkey.findFirst({ where: { siteId, userId, credentialId: assertion.id } });
  const counter = passkey && (await verify(passkey, assertion, challenge));
  if (!passkey || counter === null) {
    logger("identity").info({ siteId, userId, address }, "second factor refused");
    throw invalid("SECOND_FACTOR_WRONG", "This passkey was not accepted. Take another, or type a code.");
  }
  await db().$transaction(async (tx) => {
    const where = { siteId, userId, id: passkey.id, counter: passkey.counter };
    const { count } = await tx.passkey.updateMany({ where, data: { counter, lastUsedAt: new Date() } });
    if (count === 0) throw invalid("CHALLENGE_OVER", "This was used elsewhere at the same moment. Try again.");
    await noteSecondFactor(tx, user);
  });
  await tries.forget();
}

/** How often the passkey says that it has signed; null if it has not signed this. One that counts backwards is a copy. */
async function verify(passkey: Passkey, response: PasskeyAssertion, expectedChallenge: string): Promise<bigint | null> {
  const { origin } = await getSite(passkey.siteId);
  const { credentialId: id, publicKey, counter } = passkey;
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge,
    expectedOrigin: origin,
    expectedRPID: rpIdOf({ origin }),
    credential: { id, publicKey: new Uint8Array(publicKey), counter: Number(counter) },
    requireUserVerification: false,
  }).catch((error: Error) => {
    logger("identity").info({ passkeyId: passkey.id, reason: error.message }, "passkey did not verify");
    return null;
  });
  return verified?.verified ? BigInt(verified.authenticationInfo.newCounter) : null;
}
