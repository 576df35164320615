import { z } from "zod";
import { isAppError } from "@/lib/core/errors";
import { hashSecret, isSameHash, newSecret } from "@/lib/core/secrets";
import { discoverProvider } from "@/lib/trust/discover-provider";
import { SIGN_BACK } from "@/lib/trust/site-discovery";
import { callProvider } from "./call-provider";

// One cloud has another one sign something to it, to see whether that signature is believed (FEDERATION.md). Nothing is
// stored: whoever was believed is given a proof of it, and hands that on.

type Site = { id: string; origin: string; provider: string };

export const SignBackRequest = z.object({ challenge: z.string().min(16).max(128) });
const SignedBack = z.object({ proof: z.string().max(200) });
const SignBackResponse = z.object({ status: z.number().nullable(), proof: z.string().max(200).nullable() });

/** What came of it: what the other cloud was answered here, if it was, and whether its signature was believed. */
export type SignedBackOutcome = { asked: number; answered: number | null; isBelieved: boolean };

/** Has another cloud sign something to this site; null if it does not know how. @throws what `callProvider` throws */
export async function askToSignBack(site: Site, provider: string): Promise<SignedBackOutcome | null> {
  const { capabilities } = await discoverProvider(site.id, provider);
  if (!capabilities.includes(SIGN_BACK)) return null;
  const challenge = newSecret("chk_");
  const { status: asked, json } = await callProvider(site, provider, { to: "/sign-back", json: { challenge } });
  const { status: answered = null, proof = null } = SignBackResponse.safeParse(json).data ?? {};
  const isBelieved = proof !== null && isSameHash(proof, proofFor(site, provider, challenge));
  return { asked, answered, isBelieved };
}

/**
 * Signs something to whoever has signed that it wants it: to that cloud alone, at the endPoint of its own document. Tells
 * how that cloud answered.
 */
export async function signBack(site: Site, provider: string, challenge: string) {
  try {
    const { status, json } = await callProvider(site, provider, { to: "/signed-back", json: { challenge } });
    return { status, proof: SignedBack.safeParse(json).data?.proof ?? null };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { status: null, proof: null };
  }
}

/** What only this site can say, and says to that cloud alone once its signature was believed. */
export const proofFor = ({ id }: Pick<Site, "id">, provider: string, challenge: string): string =>
  hashSecret("signed-back", `${id} ${provider} ${challenge}`);
