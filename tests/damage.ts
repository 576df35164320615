import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { config } from "@/lib/core/config";

type Key = { siteId: string; id: string };

/** Where the store on disk keeps a blob. */
export const placeOf = ({ siteId, id }: Key) => path.join(config().dataDir, "blobs", siteId, id.slice(-2), id);

/** What disks do to bytes. */
export const damage = {
  bit(key: Key) {
    const bytes = readFileSync(placeOf(key));
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(placeOf(key), bytes);
  },
  longer: (key: Key) => appendFileSync(placeOf(key), "more"),
  shorter: (key: Key) => writeFileSync(placeOf(key), readFileSync(placeOf(key)).subarray(1)),
  empty: (key: Key) => writeFileSync(placeOf(key), ""),
  unreadable(key: Key) {
    rmSync(placeOf(key));
    mkdirSync(placeOf(key));
  },
  gone: (key: Key) => rmSync(placeOf(key)),
};
