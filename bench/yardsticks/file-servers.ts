import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type Dav, davAt } from "../dav";
import { startApache } from "./apache";
import { freePort } from "./free-port";
import { startNginx } from "./nginx";
import { startRclone } from "./rclone";

/** A folder for the servers below, whoever they run as. What is to be listed is put into it before they start. */
export function folderToServe(folder: string, name: string): string {
  const files = path.join(folder, name);
  mkdirSync(files, { recursive: true });
  chmodSync(files, 0o777);
  return files;
}

/** The servers beside which ours is measured, all over the same folder, and without passwords. */
export async function startFileServers(folder: string, files: string) {
  const [nginx, apache, rclone] = await Promise.all([
    startNginx(folder, files, await freePort()),
    startApache(folder, files, await freePort()),
    startRclone(files, await freePort()),
  ]);
  const dav = ({ name, origin }: typeof nginx): Dav => davAt(name, origin);
  return {
    nginx: dav(nginx),
    apache: dav(apache),
    rclone: dav(rclone),
    stop: () => Promise.all([nginx, apache, rclone].map((server) => server.stop())),
  };
}
