import { config } from "@/lib/core/config";
import { once } from "@/lib/core/once";
import { parseJsonLimited } from "@/lib/protocol/json";
import { createGuardedClient, type GuardedClient } from "@/lib/protocol/safe-fetch/client";
import { findOwnHost } from "@/lib/sites/own-listener";
import { privateNetworksOf } from "./private-networks";
import { resolveInTurn } from "./resolve-in-turn";

const MAX_BYTES = 256 * 1024;

/**
 * The one client through which every request goes whose address somebody else can influence. Who asks in the name of a
 * site reaches the clouds in private networks that were allowed there.
 */
export function guardedClient(siteId?: string): GuardedClient {
  const make = () => {
    const { outboundExceptions: allowHosts } = config();
    const findNetworks = siteId ? (authority: string) => privateNetworksOf(siteId, authority) : undefined;
    return createGuardedClient({ allowHosts, resolve: (name) => resolveInTurn(name), findOwnHost, findNetworks });
  };
  return once(`guardedClient ${siteId ?? ""}`, make);
}

/** Where a Provider is reached. An exception that names a port speaks plain http, unless it is for https. */
export function originOfProvider(provider: string): string {
  const hasPort = /:\d+$/.test(provider);
  return `${guardedClient().allowsHttp(provider) && hasPort ? "http" : "https"}://${provider}`;
}

/** GET of a document. `json` is undefined when the body is none. */
export async function fetchJson(siteId: string, url: URL): Promise<{ status: number; json: unknown }> {
  const { status, body } = await guardedClient(siteId).request(url, {
    headers: { accept: "application/json" },
    maxBytes: MAX_BYTES,
  });
  return { status, json: readJson(body) };
}

/** The JSON in a body, undefined when there is none: a peer's error page says nothing. */
export function readJson(body: Uint8Array): unknown {
  try {
    return parseJsonLimited(body, { maxBytes: MAX_BYTES });
  } catch {
    return undefined;
  }
}
