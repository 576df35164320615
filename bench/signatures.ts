import { generateSigningKey, publicJwk } from "../lib/protocol/httpsig/jwk";
import { type SignatureHeaders, signRequest } from "../lib/protocol/httpsig/sign";
import type { ReceivedRequest } from "../lib/protocol/httpsig/verify";

export const keyid = "peer.localhost#key-1";
export const privateKey = generateSigningKey();
export const publicKey = publicJwk(privateKey, keyid);

/** A signed request as it arrives, for measuring its verification alone. */
export function signedMessage(
  origin: string,
  text: string,
): Omit<ReceivedRequest, "headers"> & { headers: SignatureHeaders } {
  const now = new Date();
  const body = Buffer.from(text);
  const method = "POST";
  const targetUri = `${origin}/ocm/shares`;
  const created = Math.floor(now.getTime() / 1000);
  const headers = signRequest({
    method,
    url: targetUri,
    headers: {},
    body,
    privateKey,
    keyid,
    created,
    nonce: "measured",
  });
  return { method, targetUri, headers, body, now };
}
