import { MUST_EXCHANGE_TOKEN } from "@/lib/protocol/ocm/wire";
import type { ReceivedShare, WayIn } from "@/prisma/generated/client";

const BEARER = "Bearer ";

/** What opened a share though its cloud gives tokens is tried first for so long; then a token is again. */
const SECRET_FIRST_MS = 24 * 3_600_000;

type Known = Pick<ReceivedShare, "requirements" | "webdavUri" | "accessTokenEncrypted" | "wayIn" | "wayInAt">;

type Knowing = {
  /** Of its cloud. */
  capabilities: string[];
  /** The administrators want no secret to open a share by itself. */
  mustExchange: boolean;
  /** It lies at a host that was named for its cloud. */
  isElsewhere: boolean;
};

/**
 * How a share may be opened, the likeliest first: what has opened it before, else what its offer and its cloud show. Of
 * one that ever had a token a token is always among them, whatever its cloud shows just now. One that asked for the
 * exchange, or lies at another host than its cloud's and can be exchanged, is opened by a token alone; and where the
 * administrators ask for it, no secret is tried that was not in use.
 *
 * @see OCM, "Resource Access"
 */
export function waysInto(share: Known, { capabilities, mustExchange, isElsewhere }: Knowing): WayIn[] {
  const { requirements, webdavUri, accessTokenEncrypted, wayIn, wayInAt } = share;
  const isTold = capabilities.includes("exchange-token");
  const exchange: WayIn[] = isTold || accessTokenEncrypted !== null || wayIn === "token" ? ["token"] : [];
  if (requirements.includes(MUST_EXCHANGE_TOKEN) || (isElsewhere && exchange.length > 0)) return ["token"];
  // Without an address it came in the older form, which knows the user of Basic only.
  const told: WayIn[] = webdavUri === "" ? ["basic", ...exchange, "bearer"] : [...exchange, "bearer", "basic"];
  const [usual = "token"] = told;
  const used = wayIn ?? usual;
  const isRecent = wayInAt !== null && Date.now() - wayInAt.getTime() < SECRET_FIRST_MS;
  const first = used === "token" || isRecent || !isTold ? used : usual;
  const ways = new Set([first, used, ...told]);
  return [...ways].filter((way) => way === "token" || way === used || !mustExchange);
}

/** What shows a token or, by the other ways, the secret itself. @see RFC 6750, RFC 7617 */
export const showing = (opening: string, way: WayIn): string =>
  way === "basic" ? `Basic ${Buffer.from(`${opening}:`).toString("base64")}` : `${BEARER}${opening}`;

/** The token that was shown so. */
export const tokenOf = (shown: string): string => shown.slice(BEARER.length);

/** By which way something shown has opened a share with that secret. */
export function wayOf(authorization: string, secret: string): WayIn {
  return (["bearer", "basic"] as const).find((way) => showing(secret, way) === authorization) ?? "token";
}
