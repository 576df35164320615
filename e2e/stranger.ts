import { randomUUID } from "node:crypto";
import { type FakePeer, type SignOptions, startPeer } from "@/tests/peer";
import { type Cloud, readClouds } from "./clouds";
import { type Answer, type Bytes, knock } from "./knock";
import { type Member, makeMember } from "./people";

export type Signed = Bytes & { headers: Record<string, string> };

const webdav = { uri: "share-1", sharedSecret: "a-secret", permissions: ["read"], requirements: [] as string[] };

/** What an offer says of the way to its files, with changes. */
export const arm = (changes: object) => ({ protocol: { name: "multi", webdav: { ...webdav, ...changes } } });

/** A cloud that a spec plays, cloud A, and Bob there with the address that he may give to anyone. Stop the peer in the end. */
export async function meetStranger(portNumber: number) {
  const { a: cloud, peerPorts } = readClouds();
  const peer = await startPeer({ port: peerPorts[portNumber], capabilities: ["exchange-token"] });
  const bob = await makeMember(cloud, "Bob");
  return { peer, cloud, bob, address: await addressOf(bob) };
}

/** An offer from a peer that is as it should be, with changes. */
export const offerOf = (peer: FakePeer, receiver: { address: string }, changes: object = {}) => ({
  shareWith: receiver.address,
  name: "Photos",
  providerId: randomUUID(),
  owner: `alice@${peer.provider}`,
  sender: `alice@${peer.provider}`,
  senderDisplayName: "Alice",
  shareType: "user",
  resourceType: "folder",
  ...arm({}),
  ...changes,
});

/** A message to a cloud as the peer signs it, ready to be sent or spoilt. */
export function signedBy(
  peer: FakePeer,
  cloud: Cloud,
  path: string,
  message: unknown,
  options: SignOptions = {},
): Signed {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  const body = Buffer.isBuffer(message) ? message : Buffer.from(text);
  const headers = peer.sign(cloud.origin + path, body, options);
  return { path, body, headers: { "content-type": options.contentType ?? "application/json", ...headers } };
}

/** A token request of the peer. */
export function askForToken(
  peer: FakePeer,
  cloud: Cloud,
  code: string,
  fields: Record<string, string> = {},
): Promise<Answer> {
  const form = { grant_type: "authorization_code", client_id: peer.provider, code, ...fields };
  const options = { contentType: "application/x-www-form-urlencoded" };
  return knock(cloud, signedBy(peer, cloud, "/ocm/token", new URLSearchParams(form).toString(), options));
}

/** By which people on other clouds can offer something to this one. */
export async function addressOf({ client }: Member): Promise<string> {
  return (await client.json<{ cloudAddress: string }>("GET", "/api/account")).cloudAddress;
}
