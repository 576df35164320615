import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { signRequest } from "../lib/protocol/httpsig/sign";
import { verifyRequest } from "../lib/protocol/httpsig/verify";
import { visit } from "../tests/cloud-client";
import { cost } from "./incoming-shares";
import type { Setting } from "./setting";
import { keyid, privateKey, publicKey, signedMessage } from "./signatures";
import type { Row } from "./table";

const COUNT = 500;
const WARM = 2000;

/** Milliseconds of one, once the compiler has seen it often. */
async function settled(one: () => Promise<unknown>): Promise<number> {
  await cost(WARM, one);
  return cost(COUNT, one);
}

/** What every message between clouds costs before it means anything: the description of a cloud, and the signature. */
export async function protocol({ clouds: [cloud] }: Setting): Promise<Row[]> {
  const stranger = visit(cloud.origin);
  const get = (path: string) => async () => {
    const { statusCode, body } = await stranger.send("GET", path);
    await body.dump();
    if (statusCode !== 200) throw new Error(`GET ${path} answered ${statusCode}`);
  };
  const text = JSON.stringify({ notificationType: "SHARE_ACCEPTED", providerId: "s1", resourceType: "file" });
  const body = Buffer.from(text);
  const created = Math.floor(Date.now() / 1000);
  const url = `${cloud.origin}/ocm/notifications`;
  const received = signedMessage(cloud.origin, text);
  const bare = generateKeyPairSync("ed25519");
  const digest = () => createHash("sha256").update(body).digest("base64");
  const base = Buffer.alloc(400, "a");
  const signature = sign(null, base, bare.privateKey);

  return [
    {
      what: "GET /.well-known/ocm, each, 4 at a time",
      figure: await settled(get("/.well-known/ocm")),
      unit: "ms",
      yardstick: { name: "GET /healthz", figure: await settled(get("/healthz")) },
    },
    {
      what: "signing a message",
      figure: await settled(async () =>
        signRequest({ method: "POST", url, body, privateKey, keyid, created, nonce: "n" }),
      ),
      unit: "ms",
      yardstick: {
        name: "hash and Ed25519",
        figure: await settled(async () => [digest(), sign(null, base, bare.privateKey)]),
      },
      target: 3,
    },
    {
      what: "verifying one, its key at hand",
      figure: await settled(() => verifyRequest(received, async () => publicKey)),
      unit: "ms",
      yardstick: {
        name: "hash and Ed25519",
        figure: await settled(async () => [digest(), verify(null, base, bare.publicKey, signature)]),
      },
      target: 3,
    },
  ];
}
