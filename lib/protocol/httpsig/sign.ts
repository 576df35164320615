import type { KeyObject } from "node:crypto";
import { type BareItem, type InnerList, serializeDictionary } from "structured-headers";
import { type SignatureAlgorithm, signBytes } from "@/lib/protocol/httpsig/algorithms";
import { contentDigest } from "@/lib/protocol/httpsig/content-digest";
import { fieldValue, type MessageHeaders } from "@/lib/protocol/httpsig/message";
import { signatureBase } from "@/lib/protocol/httpsig/signature-base";

export type RequestToSign = {
  method: string;
  url: string;
  /** Those that will be sent anyway; a `date` among them is covered too. */
  headers?: MessageHeaders;
  /** What will be sent, to the byte. */
  body?: Uint8Array;
  privateKey: KeyObject;
  /** `<provider>#<kid>`. */
  keyid: string;
  alg?: SignatureAlgorithm;
  /** Seconds since the epoch. */
  created: number;
  nonce: string;
};

export type SignatureHeaders = {
  "content-digest": string;
  "content-length": string;
  "signature-input": string;
  signature: string;
};

const COVERED = ["@method", "@target-uri", "content-digest", "content-length"];

/**
 * Signs a request as OCM wants it and returns the headers to add. The same input gives the same headers.
 *
 * @see OCM, "Signing Requirements"; RFC 9421
 */
export function signRequest(request: RequestToSign): SignatureHeaders {
  const { method, headers = {}, body = Buffer.alloc(0), privateKey, alg = "ed25519" } = request;
  const digest = { "content-digest": contentDigest(body), "content-length": String(body.byteLength) };
  const date = fieldValue(headers, "date");
  const covered: InnerList = [
    [...COVERED, ...(date === null ? [] : ["date"])].map((name) => [name, new Map()]),
    new Map<string, BareItem>([
      ["created", request.created],
      ["keyid", request.keyid],
      ["alg", alg],
      ["nonce", request.nonce],
      ["tag", "ocm"],
    ]),
  ];

  const targetUri = new URL(request.url).href.replace(/#.*$/s, "");
  const message = { method, targetUri, headers: { ...digest, ...(date === null ? {} : { date }) } };
  const base = signatureBase(message, covered);
  if (!base) throw new Error("A covered component has no value.");
  const value = signBytes(alg, privateKey, base);
  return {
    ...digest,
    "signature-input": serializeDictionary(new Map([["ocm", covered]])),
    signature: `ocm=:${value.toString("base64")}:`,
  };
}
