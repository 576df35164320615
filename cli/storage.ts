import type { Call, Command } from "@/cli/client/command";
import { EXIT, Failure, wrongUsage } from "@/cli/client/failure";
import { countText, remark, sayJson, sayTable, sizeText, timeText } from "@/cli/client/print";
import { startProgress } from "@/cli/client/progress";
import { runLocalProgram } from "@/cli/local-program";
import { damagedFiles } from "@/lib/files/blobs/concerned";
import { bytesToMove, migrateBlobs, migrationWay } from "@/lib/files/blobs/migrate";
import { sweepBlobs } from "@/lib/files/blobs/sweep";
import { bytesToVerify, verifyBlobs } from "@/lib/files/blobs/verify";
import { listSites } from "@/lib/sites/sites";

// tessera storage verify: what can be done with the bytes of all sites of an installation.

/** So many damaged files of a site are named. */
const NAMED = 10_000;

function sinceOf(call: Call): Date | undefined {
  const text = call.text("since");
  if (text === undefined) return undefined;
  const since = new Date(text);
  if (Number.isNaN(since.getTime())) throw wrongUsage(`--since wants a day such as 2026-11-30, not "${text}".`);
  return since;
}

/** Does something for each site behind one progress bar, whose length `bytesOf` each says. */
async function withProgress<T>(
  call: Call,
  bytesOf: (siteId: string) => Promise<number>,
  work: (siteId: string, note: (bytes: number) => void) => Promise<T>,
): Promise<T[]> {
  const siteIds = (await listSites()).map(({ id }) => id);
  let total = 0;
  for (const siteId of siteIds) total += await bytesOf(siteId);
  const progress = startProgress("all files", total, call.quiet);
  const results: T[] = [];
  try {
    for (const siteId of siteIds) results.push(await work(siteId, progress.add));
  } finally {
    progress.end();
  }
  return results;
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

async function verify(call: Call): Promise<void> {
  const since = sinceOf(call);
  const counts = await withProgress(
    call,
    (siteId) => bytesToVerify(siteId, { since }),
    (siteId, note) => verifyBlobs(siteId, { since, note }),
  );
  const of = (name: "whole" | "damaged" | "missing" | "orphans") => sum(counts.map((one) => one[name]));
  const bad = of("damaged") + of("missing");
  const sites = await listSites();
  const lists = bad > 0 ? await Promise.all(sites.map(({ id }) => damagedFiles(id, NAMED))) : [];
  const files = lists.flatMap(({ items }, index) => {
    return items.map((file) => ({ ...file, provider: sites[index]?.provider ?? "" }));
  });
  if (call.json) {
    sayJson({ whole: of("whole"), damaged: of("damaged"), missing: of("missing"), orphans: of("orphans"), files });
  } else {
    const rows = files.map(({ kind, userName, provider, foundAt, size, path, isFormer }) => {
      return [
        kind,
        `${userName}@${provider}`,
        timeText(foundAt),
        sizeText(size),
        isFormer ? `${path} (a version)` : path,
      ];
    });
    sayTable(["", "OWNER", "FOUND", "SIZE", "FILE"], rows, "Nothing is damaged.");
    remark(`${of("whole")} whole, ${of("damaged")} damaged, ${of("missing")} missing.`);
    if (of("orphans") > 0) remark(`${of("orphans")} that nothing needs: tessera storage sweep`);
  }
  if (bad > 0)
    throw new Failure(
      EXIT.failed,
      `${countText(bad, "content")} cannot be read as ${bad === 1 ? "it was" : "they were"} stored.`,
    );
}

async function migrate(call: Call): Promise<void> {
  const way = await migrationWay();
  const results = await withProgress(
    call,
    (siteId) => bytesToMove(siteId, way),
    (siteId, note) => migrateBlobs(siteId, way, note),
  );
  const of = (name: "moved" | "bytes" | "damaged") => sum(results.map((one) => one[name]));
  if (call.json) sayJson({ moved: of("moved"), bytes: of("bytes"), damaged: of("damaged") });
  else remark(`${of("moved")} moved, ${sizeText(of("bytes"))}.`);
  if (of("damaged") === 0) return;
  throw new Failure(EXIT.failed, `${of("damaged")} stayed where they are, damaged: tessera storage verify`);
}

async function sweep(call: Call): Promise<void> {
  const swept = await sweepBlobs({ isThorough: true });
  if (call.json) return sayJson(swept);
  remark(
    `Removed: ${swept.uploads} broken uploads, ${swept.blobs} contents and ${swept.orphans} others that nothing needs.`,
  );
}

const RUNS: Record<string, Command["run"]> = {
  "storage verify": verify,
  "storage migrate": migrate,
  "storage sweep": sweep,
};

runLocalProgram("storage", RUNS);
