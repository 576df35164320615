import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { db, onDuplicate } from "@/lib/core/db";
import { conflict, invalid, notFound } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { logger } from "@/lib/core/logger";
import type { SessionPrincipal } from "@/lib/core/principal";
import { recordOwnChange } from "@/lib/identity/record-own-change";
import { noteSecondFactor } from "@/lib/identity/sessions";
import { getSite, type Site } from "@/lib/sites/sites";
import { keepChallenge, takeChallenge } from "./challenge";
import { forgetIfNoneIsLeft } from "./factors";
import { requirePassword } from "./prove-password";
import { makeFirstCodes } from "./recovery-codes";
import type { AddPasskeyInput, EnrolledView } from "./schema";

const MOST = 20;

/** By which name passkeys know a site: the host, without the port. */
export const rpIdOf = ({ origin }: Pick<Site, "origin">) => new URL(origin).hostname;

/**
 * What a browser needs to make a passkey for somebody who is signed in.
 *
 * @throws PASSWORD_WRONG, SECOND_FACTOR_REQUIRED, TOO_MANY_PASSKEYS, TOO_MANY_REQUESTS
 * @see WebAuthn, "Registering a New Credential"
 */
export async function beginPasskey(
  user: SessionPrincipal,
  password: string | undefined,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  await requirePassword(user, password);
  const { siteId, userId, userName, displayName } = user;
  const site = await getSite(siteId);
  const present = await db().passkey.findMany({ where: { siteId, userId }, select: { credentialId: true } });
  if (present.length >= MOST) throw conflict("TOO_MANY_PASSKEYS", "You have many passkeys. Remove one you do not use.");
  const options = await generateRegistrationOptions({
    rpName: site.name,
    rpID: rpIdOf(site),
    userID: new Uint8Array(Buffer.from(userId)),
    userName,
    userDisplayName: displayName,
    attestationType: "none",
    excludeCredentials: present.map(({ credentialId: id }) => ({ id })),
    // It stands beside the password: that it is at hand is what is asked, not who holds it.
    authenticatorSelection: { residentKey: "discouraged", userVerification: "discouraged" },
  });
  await keepChallenge(user, "add", options.challenge);
  return options;
}

/**
 * Keeps the passkey that a browser made. In this sign-in the second factor was shown.
 *
 * @throws PASSKEY_REFUSED, PASSKEY_KNOWN, CHALLENGE_OVER
 */
export async function addPasskey(
  user: SessionPrincipal,
  { name, registration }: AddPasskeyInput,
): Promise<EnrolledView> {
  const { siteId, userId } = user;
  const site = await getSite(siteId);
  const made = await verifyRegistrationResponse({
    response: registration,
    expectedChallenge: await takeChallenge(user, "add"),
    expectedOrigin: site.origin,
    expectedRPID: rpIdOf(site),
    requireUserVerification: false,
  }).catch((error: Error) => {
    logger("identity").info({ siteId, userId, reason: error.message }, "passkey refused");
    return null;
  });
  if (!made?.verified) throw invalid("PASSKEY_REFUSED", "This passkey could not be added. Try again, or take another.");
  const { id: credentialId, publicKey, counter, transports = [] } = made.registrationInfo.credential;
  const data = { siteId, userId, name, credentialId, publicKey, counter: BigInt(counter), transports };
  return db().$transaction(async (tx) => {
    await tx.passkey.create({ data }).catch(onDuplicate("PASSKEY_KNOWN", "This passkey was added before."));
    await noteSecondFactor(tx, user);
    await recordOwnChange(tx, user, "second-factor-added", { what: "passkey", name });
    return { recoveryCodes: await makeFirstCodes(tx, user) };
  });
}

/** @throws PASSWORD_WRONG, SECOND_FACTOR_REQUIRED, PASSKEY_NOT_FOUND, TOO_MANY_REQUESTS */
export async function removePasskey(user: SessionPrincipal, id: string, password: string | undefined): Promise<void> {
  await requirePassword(user, password);
  const { siteId, userId } = user;
  await db().$transaction(async (tx) => {
    const where = { siteId, userId, id };
    const passkey = isId(id) ? await tx.passkey.findFirst({ where }) : null;
    const { count } = passkey ? await tx.passkey.deleteMany({ where }) : { count: 0 };
    if (!passkey || count === 0) throw notFound("PASSKEY_NOT_FOUND", "It was removed already.");
    await recordOwnChange(tx, user, "second-factor-removed", { what: "passkey", name: passkey.name });
    await forgetIfNoneIsLeft(tx, user);
  });
}
