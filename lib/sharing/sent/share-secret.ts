import { encryptSecret, hashSecret, newSecret } from "@/lib/core/secrets";
import { SHARE_SECRET_KIND } from "@/lib/sharing/sent/share-access";

/** A shared secret as it rests: hashed, to be looked up by, and sealed, to be sent. @see OCM, "sharedSecret" */
export function newShareSecret() {
  const secret = newSecret(SHARE_SECRET_KIND);
  return { secretHash: hashSecret("share-secret", secret), secretEncrypted: encryptSecret("share-secret", secret) };
}
