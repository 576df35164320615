import type { Socket } from "node:net";
import { type PeerCertificate, TLSSocket } from "node:tls";
import type { AllowedHost } from "@/lib/protocol/safe-fetch/addresses";
import { type FindNetworks, guardedConnector, type Resolve } from "@/lib/protocol/safe-fetch/connector";
import { asPeerFailure } from "@/lib/protocol/safe-fetch/failures";

/** What stands in a certificate that was accepted. */
export type SeenCertificate = { names: string[]; issuer: string; validTo: Date };
/** A connection that came about. Without a certificate it was plain http, to an exception. */
export type SeenConnection = { address: string; certificate: SeenCertificate | null };

/**
 * Opens one connection as the guarded client would, says what was seen of it, and closes it. The cause of a failure is
 * what the system or TLS said.
 *
 * @throws PEER_ADDRESS_REFUSED, PEER_UNREACHABLE, PEER_TIMEOUT
 */
export async function probeConnection(
  url: URL,
  allowHosts: AllowedHost[],
  resolve: Resolve,
  findNetworks?: FindNetworks,
): Promise<SeenConnection> {
  // A connector of its own: one that resumes an earlier session is not shown the certificate again.
  const connect = guardedConnector(allowHosts, resolve, undefined, findNetworks);
  const { protocol, host, hostname, port } = url;
  const socket = await new Promise<Socket>((done, fail) => {
    connect({ protocol, host, hostname, port }, (error, made) => (made ? done(made as Socket) : fail(error)));
  }).catch((error) => {
    throw asPeerFailure(error);
  });
  const certificate = socket instanceof TLSSocket ? readCertificate(socket.getPeerCertificate()) : null;
  const address = socket.remoteAddress ?? "";
  socket.destroy();
  return { address, certificate };
}

/** What people want to know of a certificate. */
export function readCertificate({ subject, subjectaltname = "", issuer, valid_to }: PeerCertificate): SeenCertificate {
  const names = subjectaltname.split(", ").flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? []);
  return {
    names: names.length > 0 ? names : [one(subject.CN)],
    issuer: [one(issuer.O), one(issuer.CN)].filter(Boolean).join(", "),
    validTo: new Date(valid_to),
  };
}

const one = (part: string | string[] | undefined) => [part ?? ""].flat().join(" ");
