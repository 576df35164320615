import { MUST_EXCHANGE_TOKEN } from "@/lib/protocol/ocm/wire";
import type { ReceivedShare, WayIn } from "@/prisma/generated/client";

type Knowing = {
  /** Of its cloud. */
  capabilities: string[];
  /** The administrators want no secret to open a share by itself. */
  mustExchange: boolean;
};

/**
 * How a share may be opened, the likeliest first: what has opened it before, else what its offer and its cloud show. One
 * that asked for the exchange is opened by a token alone, and where the administrators ask for it, no secret is tried
 * that was not in use.
 *
 * @see OCM, "Resource Access"
 */
export function waysInto(
  { requirements, webdavUri, wayIn }: Pick<ReceivedShare, "requirements" | "webdavUri" | "wayIn">,
  { capabilities, mustExchange }: Knowing,
): WayIn[] {
  if (requirements.includes(MUST_EXCHANGE_TOKEN)) return ["token"];
  const exchange: WayIn[] = capabilities.includes("exchange-token") ? ["token"] : [];
  // Without an address it came in the older form, which knows the user of Basic only.
  const told: WayIn[] = webdavUri === "" ? ["basic", ...exchange, "bearer"] : [...exchange, "bearer", "basic"];
  const known = told.filter((way) => way === wayIn);
  const ways = [...known, ...told.filter((way) => way !== wayIn)];
  return ways.filter((way, index) => index === 0 || way === "token" || !mustExchange);
}

/** What shows the secret itself. @see RFC 6750, RFC 7617 */
export const showing = (secret: string, way: Exclude<WayIn, "token">): string =>
  way === "bearer" ? `Bearer ${secret}` : `Basic ${Buffer.from(`${secret}:`).toString("base64")}`;

/** By which way something shown has opened a share with that secret. */
export function wayOf(authorization: string, secret: string): WayIn {
  return (["bearer", "basic"] as const).find((way) => showing(secret, way) === authorization) ?? "token";
}
