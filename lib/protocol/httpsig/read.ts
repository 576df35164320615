import { type Dictionary, type InnerList, isInnerList, parseDictionary } from "structured-headers";
import { fieldValue, type MessageHeaders } from "@/lib/protocol/httpsig/message";
import { providerOfKeyid, type Refused, refuse } from "@/lib/protocol/httpsig/refusals";

/** The OCM signature of a message as it claims to be: nothing of this is verified yet. */
export type OcmSignature = {
  scheme: "rfc9421";
  keyid: string;
  /** The host that the keyid names: the Provider whose keys are to be asked. */
  provider: string;
  /** Seconds since the epoch. */
  created: number;
  expires: number | null;
  nonce: string | null;
  alg: string | null;
  components: string[];
  covered: InnerList;
  value: Buffer;
};

const MAX_FIELD = 8192;

/**
 * Finds the one OCM signature of a message: the one with `tag="ocm"`, else the one labelled `ocm`.
 * Cheap, and no proof: it tells whose key to fetch.
 *
 * @see OCM, "Verification Requirements"
 */
export function readSignature(headers: MessageHeaders): { ok: true; signature: OcmSignature } | Refused {
  const inputs = fieldValue(headers, "signature-input");
  const values = fieldValue(headers, "signature");
  if (!inputs || !values) return refuse("signature-missing");
  const inputByLabel = parseUnique(inputs);
  const valueByLabel = parseUnique(values);
  if (!inputByLabel || !valueByLabel) return refuse("signature-malformed");

  const tagged = [...inputByLabel].filter(([, member]) => member[1].get("tag") === "ocm");
  if (tagged.length > 1) return refuse("signature-ambiguous");
  const [label, covered] = tagged[0] ?? ["ocm", inputByLabel.get("ocm")];
  if (!covered || (tagged.length === 0 && covered[1].has("tag"))) return refuse("signature-missing");
  const value = valueByLabel.get(label)?.[0];
  if (!isInnerList(covered) || !(value instanceof ArrayBuffer)) return refuse("signature-malformed");
  return readParameters(covered, Buffer.from(value));
}

function readParameters(covered: InnerList, value: Buffer): ReturnType<typeof readSignature> {
  const [items, parameters] = covered;
  const components = items.flatMap(([name, modifiers]) => (typeof name === "string" && !modifiers.size ? name : []));
  if (components.length !== items.length) return refuse("component-unsupported");
  if (new Set(components).size !== components.length) return refuse("signature-malformed");

  const { keyid, created, expires = null, nonce = null, alg = null } = Object.fromEntries(parameters);
  if (typeof keyid !== "string") return refuse("keyid-invalid");
  const provider = providerOfKeyid(keyid);
  if (!provider) return refuse("keyid-invalid");
  if (created === undefined) return refuse("created-missing");
  if (!isInteger(created) || !(expires === null || isInteger(expires))) return refuse("signature-malformed");
  if (!isText(nonce) || !isText(alg)) return refuse("signature-malformed");
  return {
    ok: true,
    signature: { scheme: "rfc9421", keyid, provider, created, expires, nonce, alg, components, covered, value },
  };
}

/** A dictionary in which nothing is said twice: parsers keep the last of two equal keys, in silence. */
function parseUnique(field: string): Dictionary | null {
  if (field.length > MAX_FIELD) return null;
  try {
    const dictionary = parseDictionary(field);
    const bare = field.replace(/"(?:[^"\\]|\\.)*"/g, "");
    const isUnique = dictionary.size === count(bare, ",") + 1 && countParameters(dictionary) === count(bare, ";");
    return isUnique ? dictionary : null;
  } catch {
    return null;
  }
}

function countParameters(dictionary: Dictionary): number {
  const ofMember = [...dictionary.values()].map((member) => {
    const ofItems = isInnerList(member) ? member[0].map(([, parameters]) => parameters.size) : [];
    return ofItems.reduce((sum, size) => sum + size, member[1].size);
  });
  return ofMember.reduce((sum, size) => sum + size, 0);
}

const count = (text: string, sign: string) => text.split(sign).length - 1;
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isText = (value: unknown): value is string | null =>
  value === null || (typeof value === "string" && value.length <= 255);
