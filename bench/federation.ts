import { db } from "../lib/core/db";
import { verifyRequest } from "../lib/protocol/httpsig/verify";
import { type CloudClient, visit } from "../tests/cloud-client";
import { startPeer } from "../tests/peer";
import { cost, send } from "./incoming-shares";
import { acceptedShares, deadClouds, listenAsCloud, tellAll } from "./other-clouds";
import { database, peakMemory, person, type Setting } from "./setting";
import { publicKey, signedMessage } from "./signatures";
import { median, type Row, time } from "./table";

const HEALTHY = 650;
const SILENT = 50;
const DEAD = 300;
const ROUNDS = 3;
const LISTINGS = 5;
const NOTIFICATIONS = 300;
/** So many are received before the compiler has done its work. */
const WARM = 500;

/** A thousand other clouds of which 300 are gone and 50 silent, beside the same without those. */
export async function federation(setting: Setting): Promise<Row[]> {
  const cloud = setting.clouds[0];
  const alice = await person(cloud);
  const { id: receiverId } = await alice.json<{ id: string }>("GET", "/api/account");
  const { siteId } = await db().user.findFirstOrThrow({ where: { id: receiverId }, select: { siteId: true } });
  const healthy = await Promise.all(Array.from({ length: HEALTHY }, () => listenAsCloud({ isSilent: false })));
  const silent = await Promise.all(Array.from({ length: SILENT }, () => listenAsCloud({ isSilent: true })));
  const dead = await deadClouds(DEAD);
  const namesOf = (clouds: { provider: string }[]) => clouds.map(({ provider }) => provider);

  const answering = await acceptedShares(siteId, receiverId, namesOf(healthy));
  const failing = await acceptedShares(siteId, receiverId, [...namesOf(silent), ...dead]);
  const mixed = [...failing, ...answering].sort((a, b) => (a.provider < b.provider ? -1 : 1));
  await tellAll(answering, healthy); // discovers them
  const rounds = async (shares: typeof mixed) => {
    const seconds = [];
    for (let round = 0; round < ROUNDS; round++) seconds.push(await tellAll(shares, healthy));
    return median(seconds);
  };
  let alone = 0;
  const memoryAlone = await peakMemory([cloud.pid], async () => {
    alone = await rounds(answering);
  });
  let first = 0;
  let later = 0;
  const memory = await peakMemory([cloud.pid], async () => {
    first = await tellAll(mixed, healthy); // nobody knows yet who is dead
    later = await rounds(mixed);
  });

  const bare = await signAndSend(healthy);
  const listed = await listing(alice, siteId, receiverId);
  const incoming = await incomingNotifications(setting, siteId, receiverId);
  await db().delivery.deleteMany({ where: { siteId, subjectKind: "received-share" } });
  await db().receivedShare.deleteMany({ where: { siteId, receiverId } });
  for (const { stop } of [...healthy, ...silent]) stop();
  const yardstick = { name: `the ${HEALTHY} alone`, figure: alone };
  const among = `deliveries to ${HEALTHY} clouds, beside ${DEAD} dead and ${SILENT} silent ones`;
  return [
    { what: among, figure: first, unit: "s", yardstick, target: 1.2 },
    { what: "the same, the next ones", figure: later, unit: "s", yardstick, target: 1.2 },
    {
      what: "highest resident memory meanwhile",
      figure: memory,
      unit: "MB",
      yardstick: { name: yardstick.name, figure: memoryAlone },
    },
    {
      what: "deliveries to clouds that answer",
      figure: HEALTHY / alone,
      unit: "/s",
      yardstick: { name: "sign and send", figure: bare },
    },
    listed,
    incoming,
  ];
}

const notification = (id: string) =>
  JSON.stringify({
    notificationType: "SHARE_CHANGE_PERMISSION",
    providerId: id,
    resourceType: "file",
    notification: { permissions: ["read"] },
  });

/** So many a second of what no delivery can do without: signing and sending. */
async function signAndSend(clouds: { provider: string }[]): Promise<number> {
  const body = notification("s1");
  const each = await cost(clouds.length, async (n) => {
    const origin = `http://${clouds[n]?.provider}`;
    const { headers } = signedMessage(origin, body);
    const answer = await visit(origin).send("POST", "/ocm/shares", { headers, body });
    await answer.body.dump();
  });
  return 1_000 / each;
}

/** So many a second of what no notification can do without: verifying it and changing a row. */
async function verifyAndUpdate(cloud: Setting["clouds"][0], shareId: string): Promise<number> {
  const pool = database(cloud);
  const message = signedMessage(cloud.origin, notification(shareId));
  const once = async () => {
    const verified = await verifyRequest(message, async () => publicKey);
    if (!verified.ok) throw new Error(verified.reason);
    await pool.query(`UPDATE "ReceivedShare" SET "role" = 'viewer' WHERE "id" = $1`, [shareId]);
  };
  await cost(WARM, once);
  const each = await cost(NOTIFICATIONS, once);
  await pool.end();
  return 1_000 / each;
}

/** All that is shared with a person, page by page: from as many clouds, beside the same as shares of this cloud. */
async function listing(client: CloudClient, siteId: string, receiverId: string): Promise<Row> {
  const listAll = async () => {
    let after: string | null = "";
    let count = 0;
    while (after !== null) {
      const path: string = `/api/shares/received?limit=100${after && `&after=${after}`}`;
      const page: { items: unknown[]; next: string | null } = await client.json("GET", path);
      count += page.items.length;
      after = page.next;
    }
    return count;
  };
  const measure = async () => {
    await listAll();
    const times = [];
    for (let round = 0; round < LISTINGS; round++) times.push(await time(listAll));
    return median(times);
  };
  const figure = await measure();
  await db().receivedShare.updateMany({ where: { siteId, receiverId }, data: { provider: "" } });
  const local = await measure();
  const what = `listing shares from ${HEALTHY + SILENT + DEAD} clouds`;
  return { what, figure, unit: "ms", yardstick: { name: "as many of this cloud", figure: local }, target: 2 };
}

async function incomingNotifications({ clouds: [cloud] }: Setting, siteId: string, receiverId: string): Promise<Row> {
  const alice = await person(cloud);
  const peer = await startPeer();
  const [share] = await acceptedShares(siteId, receiverId, [peer.provider]);
  if (!share) throw new Error("The share was not made.");
  const change = JSON.parse(notification(share.id));
  const sign = () => peer.request({ id: "", origin: cloud.origin }, "/ocm/notifications", change);
  const receive = (requests: Request[]) =>
    cost(requests.length, (n) => send(alice, "/ocm/notifications", requests[n] as Request));
  await receive(Array.from({ length: WARM }, sign));
  const each = await receive(Array.from({ length: NOTIFICATIONS }, sign));
  await peer.stop();
  const yardstick = { name: "verify and update", figure: await verifyAndUpdate(cloud, share.id) };
  return { what: "signed notifications that come in", figure: 1_000 / each, unit: "/s", yardstick };
}
