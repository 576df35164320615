import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { encryptSecret } from "@/lib/core/secrets";
import { SiteKeyKind } from "../schema";

/** By which `alg` a key of each kind rests and is published, in the order in which a reader meets them. */
export const ALG: Record<SiteKeyKind, string> = { ed25519: "EdDSA", es256: "ES256", rsa: "RS256" };
export const KINDS = SiteKeyKind.options;
/** The kind of a key that rests. */
export const kindOf = (alg: string) => SiteKeyKind.parse(KINDS.find((kind) => ALG[kind] === alg));
const PREFIX: Record<SiteKeyKind, string> = { ed25519: "key", es256: "ec", rsa: "rsa" };

/** The name of the key of a kind that a site has as its n-th. */
export const kidOf = (kind: SiteKeyKind, n: number) => `${PREFIX[kind]}-${n}`;
export const FIRST_RSA_KID = kidOf("rsa", 1);

export type KeyPair = { publicKey: KeyObject; privateKey: KeyObject };
const generate = promisify(generateKeyPair);

/** A new pair. To be made outside of a transaction: one of RSA takes a while. */
export async function makePair(kind: SiteKeyKind): Promise<KeyPair> {
  if (kind === "rsa") return generate("rsa", { modulusLength: 2048 });
  return kind === "es256" ? generate("ec", { namedCurve: "P-256" }) : generate("ed25519");
}

/** A pair as it rests: the private half sealed. */
export function columnsOf(kid: string, kind: SiteKeyKind, { publicKey, privateKey }: KeyPair) {
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const publicJwk = publicKey.export({ format: "jwk" }) as Record<string, string>;
  return { kid, alg: ALG[kind], publicJwk, privateKeyEncrypted: encryptSecret("site-key", pem) };
}
