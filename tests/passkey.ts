import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { AddPasskeyInput, PasskeyAssertion } from "@/lib/identity/second-factor/schema";

/** A passkey and the browser that asks it, as far as a server sees them. */
export type FakePasskey = ReturnType<typeof makePasskey>;

const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest();
const uint16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const USER_PRESENT = 0x01;
const HAS_CREDENTIAL = 0x40;

/** A fresh key that answers to the site of this origin. */
export function makePasskey(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const credentialId = randomBytes(32);
  const id = credentialId.toString("base64url");
  let counter = 0;

  const clientData = (type: string, challenge: string) => Buffer.from(JSON.stringify({ type, challenge, origin }));
  function authenticatorData(flags: number, ...rest: Buffer[]): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(new URL(origin).hostname), Buffer.from([flags]), count, ...rest]);
  }
  /** @see RFC 9053, section 7.1.1: {1: 2, 3: -7, -1: 1, -2: x, -3: y} in CBOR */
  function coseKey(): Buffer {
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const bytes = (text: string) => Buffer.concat([Buffer.from([0x58, 0x20]), Buffer.from(text, "base64url")]);
    const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
    return Buffer.concat([head, bytes(x), Buffer.from([0x22]), bytes(y)]);
  }

  return {
    /** What the browser sends when it has made the key. */
    register({ challenge }: { challenge: string }, name = "The blue key"): AddPasskeyInput {
      const credential = Buffer.concat([Buffer.alloc(16), uint16(credentialId.length), credentialId, coseKey()]);
      const data = authenticatorData(USER_PRESENT | HAS_CREDENTIAL, credential);
      // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR
      const head = Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746159", "hex");
      const response = {
        clientDataJSON: clientData("webauthn.create", challenge).toString("base64url"),
        attestationObject: Buffer.concat([head, uint16(data.length), data]).toString("base64url"),
      };
      return { name, registration: { id, rawId: id, type: "public-key", clientExtensionResults: {}, response } };
    },
    /** What it sends when the key has signed. */
    assert({ challenge }: { challenge: string }): PasskeyAssertion {
      counter++;
      const data = authenticatorData(USER_PRESENT);
      const client = clientData("webauthn.get", challenge);
      const signature = sign("sha256", Buffer.concat([data, sha256(client)]), privateKey);
      const response = {
        clientDataJSON: client.toString("base64url"),
        authenticatorData: data.toString("base64url"),
        signature: signature.toString("base64url"),
      };
      return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
    },
    /** Counts from the beginning again, as a copy of it does. */
    copy() {
      counter = 0;
    },
  };
}
