import path from "node:path";
import type { z } from "zod";
import type { PlacedEntryView } from "@/lib/drive/schema";
import type { Account } from "./accounts";
import { EXIT, Failure, hasCode, wrongUsage } from "./failure";
import { askJson, withQuery } from "./http";

export type Placed = z.infer<typeof PlacedEntryView>;

/** A path on the drive, `/Photos/2026`, without a slash at its end; of a relative one we do not know from where. */
export function drivePath(typed: string): string {
  if (!typed.startsWith("/")) throw wrongUsage(`A path on the cloud begins with a slash: /${typed}`);
  return `/${typed.split("/").filter(Boolean).join("/")}`;
}

export const joinDrive = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);

export const stat = (account: Account, drive: string): Promise<Placed> =>
  askJson<Placed>(account, "GET", withQuery("/api/files/entry", { path: drive }));

/** What stands there, or null. */
export async function statIfThere(account: Account, drive: string): Promise<Placed | null> {
  return stat(account, drive).catch((error) => {
    if (hasCode(error, "NODE_NOT_FOUND")) return null;
    throw error;
  });
}

/** Where something of this name goes: into a folder that is there, or is meant by a slash at the end; else to that name. */
export async function placeIn(account: Account, typed: string, name: string): Promise<string> {
  const drive = drivePath(typed);
  if (typed.endsWith("/")) return joinDrive(drive, name);
  const there = await statIfThere(account, drive);
  return there?.kind === "folder" ? joinDrive(drive, name) : drive;
}

/**
 * The name of a thing as a file of this computer. It was given by whoever shares it, who is not to choose a place.
 *
 * @throws Failure for one that would lead elsewhere
 */
export function localName(name: string): string {
  const leadsAway = name === "" || name === "." || name === ".." || /[/\0]/.test(name) || path.basename(name) !== name;
  if (leadsAway || (path.sep === "\\" && /[<>:"|?*]/.test(name))) {
    throw new Failure(EXIT.failed, `"${name}" cannot be the name of a file on this computer.`);
  }
  return name;
}
