import { db } from "@/lib/core/db";
import { conflict } from "@/lib/core/errors";
import type { UserPrincipal } from "@/lib/core/principal";
import { findMount } from "@/lib/files/mounts";
import { countOfflineCopies, offlineStates } from "@/lib/files/offline-copies";
import type { Entry, TreePath } from "@/lib/files/tree";
import { keyOfPath } from "@/lib/sharing/received/known/known-rows";
import { listPins, listTopPins, pinOffline, pinOver, unpinOffline } from "@/lib/sharing/received/offline/pins";
import { countSteps, findSteps, placesMade } from "@/lib/sharing/received/offline/steps";
import type { OfflinePin } from "@/prisma/generated/client";
import { OfflineFacts, type OfflineView } from "./schema";

type Mount = NonNullable<Awaited<ReturnType<typeof findMount>>>;

/** From now on a copy of what was received is kept here. @throws NOT_RECEIVED, ALREADY_HERE and what `pinOffline` throws */
export async function keepHere(user: UserPrincipal, path: TreePath): Promise<void> {
  const { receivedShareId, rest } = await getMount(user, path);
  await pinOffline(user, receivedShareId, rest);
}

/** No copy of it is kept any more. @throws NOT_RECEIVED and what `unpinOffline` throws */
export async function keepNoMore(user: UserPrincipal, path: TreePath): Promise<void> {
  const { receivedShareId, rest } = await getMount(user, path);
  await unpinOffline(user, receivedShareId, rest);
}

/** What is kept of a place: how much, of when, and what was in the way. Null: nothing is. @throws NOT_RECEIVED */
export async function getOfflineFacts(user: UserPrincipal, path: TreePath): Promise<OfflineFacts | null> {
  const { receivedShareId, rest, nodeId } = await getMount(user, path);
  const pin = pinOver(await listPins({ siteId: user.siteId, id: receivedShareId }), rest);
  const key = keyOfPath(rest);
  if (!pin || key === null) return null;
  const kept = await countOfflineCopies(user, { nodeId, path: key });
  const steps = await countSteps(db(), { siteId: user.siteId, nodeId, path: key });
  const asOf = pin.wholeAt && (pin.lookedAt ?? pin.wholeAt).toISOString();
  return OfflineFacts.parse({ ...kept, steps, asOf, problem: pin.failure, isPinned: pin.path === key });
}

/** How what stands in a folder of a received share is kept here, entry by entry. */
export async function viewOffline(
  user: UserPrincipal,
  { receivedShareId, rest, nodeId }: Mount,
  entries: Entry[],
): Promise<(OfflineView | undefined)[]> {
  const pins = await listPins({ siteId: user.siteId, id: receivedShareId });
  if (pins.length === 0) return [];
  const placed = entries.map((entry) => {
    const path = [...rest, entry.name];
    return { entry, key: keyOfPath(path) ?? "", pin: pinOver(pins, path) };
  });
  const files = placed.flatMap(({ entry, key, pin }) => (pin && entry.kind === "file" ? key : []));
  const made = placesMade(await findSteps({ siteId: user.siteId, id: receivedShareId }));
  const kept = files.length > 0 ? await offlineStates(user, nodeId, files) : null;
  return placed.map(({ entry, key, pin }) => {
    if (!pin) return undefined;
    const copy = kept?.get(key);
    const isPinned = pin.path === key;
    if (copy?.isWaiting || made.has(key)) return { state: "waiting" as const, isPinned };
    const isHere = entry.kind === "file" ? copy?.etag === entry.etag : pin.wholeAt !== null;
    return viewOf(pin, isHere, isPinned);
  });
}

/** How received shares themselves are kept here, by their ids. */
export async function viewOfflineTops(
  { siteId }: UserPrincipal,
  receivedShareIds: string[],
): Promise<Map<string, OfflineView>> {
  const pins = receivedShareIds.length > 0 ? await listTopPins(siteId, receivedShareIds) : [];
  return new Map(pins.map((pin) => [pin.mountId, viewOf(pin, pin.wholeAt !== null, true)]));
}

function viewOf({ failure }: Pick<OfflinePin, "failure">, isHere: boolean, isPinned: boolean): OfflineView {
  return { state: isHere ? "here" : failure === null ? "coming" : "stuck", isPinned };
}

async function getMount(user: UserPrincipal, path: TreePath): Promise<Mount> {
  const mount = await findMount(user, path);
  if (!mount) throw conflict("NOT_RECEIVED", "This is not something that others share with you.");
  return mount;
}
