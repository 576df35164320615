import { z } from "zod";
import { thumbprint } from "@/lib/protocol/httpsig/jwk";
import { digestWords } from "@/lib/protocol/words";
import { publicJwks } from "@/lib/sites/keys";
import { getSite } from "@/lib/sites/sites";
import { keysThatCount } from "@/lib/trust/counting-keys";
import { getProviderRecord } from "@/lib/trust/provider-record";
import type { Contact } from "@/prisma/generated/client";

/** One of the two: who it is to the other, and by which keys the other knows what comes from there. */
const Side = z.object({ provider: z.string(), identifier: z.string(), keys: z.array(z.string()) });
type Side = z.infer<typeof Side>;
/** What the words of a contact come from. */
export const VerifiedAs = z.object({ us: Side, them: Side });
export type VerifiedAs = z.infer<typeof VerifiedAs>;

/** So many that nobody finds keys for two sides which give the same (docs/decisions/0015). */
const WORDS = 12;

type Known = Pick<Contact, "siteId" | "provider" | "identifier" | "ourIdentifier">;

/** What the words of a contact come from as far as this cloud knows just now; it asks nobody. */
export async function sidesOf(contact: Known): Promise<VerifiedAs> {
  return sidesBetween(contact, await cloudsOf(contact.siteId, contact.provider));
}

/** The same with what all contacts of one cloud have in common at hand. */
export const sidesBetween = (
  { identifier, ourIdentifier }: Pick<Known, "identifier" | "ourIdentifier">,
  { us, them }: { us: Cloud; them: Cloud },
): VerifiedAs => ({ us: { ...us, identifier: ourIdentifier }, them: { ...them, identifier } });

type Cloud = Omit<Side, "identifier">;

/** The two clouds, each with the keys by which the other knows what comes from it. */
export async function cloudsOf(siteId: string, provider: string): Promise<{ us: Cloud; them: Cloud }> {
  const [site, own, record] = await Promise.all([
    getSite(siteId),
    publicJwks(siteId),
    getProviderRecord(siteId, provider),
  ]);
  const ours = own.keys.map((key) => thumbprint({ ...key, kty: key.kty ?? "" }));
  const theirs = keysThatCount(record).map(thumbprint);
  return {
    us: { provider: site.provider, keys: ours.sort() },
    them: { provider, keys: theirs.sort() },
  };
}

/** The same at both ends, unless one of them knows other keys of the other, or another person. */
export function wordsOf({ us, them }: VerifiedAs): string[] {
  const sides = [us, them].map(({ provider, identifier, keys }) => JSON.stringify([provider, identifier, keys]));
  return digestWords(`contact words 1\n${sides.sort().join("\n")}`, WORDS);
}

/** What is so now that was not when the words were compared. That a key is withdrawn lets nobody else in. */
export function changeSince(then: VerifiedAs, now: VerifiedAs): "their-keys" | "our-keys" | "identifiers" | null {
  const isOther = (one: Side, other: Side) => one.identifier !== other.identifier || one.provider !== other.provider;
  const hasMore = (old: Side, present: Side) => present.keys.some((key) => !old.keys.includes(key));
  if (isOther(then.us, now.us) || isOther(then.them, now.them)) return "identifiers";
  if (hasMore(then.them, now.them)) return "their-keys";
  return hasMore(then.us, now.us) ? "our-keys" : null;
}
