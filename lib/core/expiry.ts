import { invalid } from "./errors";

/**
 * Reads the expiry that a person chose, in whole seconds.
 *
 * @throws EXPIRY_PAST
 */
export function futureExpiry(text: string | null): Date | null {
  if (text === null) return null;
  const chosen = Date.parse(text);
  // The wire knows no parts of seconds: what was told must compare equal to what is.
  if (chosen > Date.now()) return new Date(Math.ceil(chosen / 1000) * 1000);
  const message = "Choose a time that is still to come.";
  throw invalid("EXPIRY_PAST", message, { fields: [{ name: "expiresAt", message }] });
}

/** For the `where` of what may have an expiry: that it is not over by then. */
export const lastsBeyond = (moment = new Date()) => ({ OR: [{ expiresAt: null }, { expiresAt: { gt: moment } }] });
