import { writeFileSync } from "node:fs";
import { autocomplete } from "./autocomplete";
import { bigFile } from "./big-file";
import { federation } from "./federation";
import { incomingShares } from "./incoming-shares";
import { manyClients } from "./many-clients";
import { moveCopyLock } from "./move-copy-lock";
import { propfind } from "./propfind";
import { protocol } from "./protocol";
import { receivedFiles } from "./received-files";
import { receivedFolder } from "./received-folder";
import { restart } from "./restart";
import { scrolling } from "./scrolling";
import { search } from "./search";
import { readSetting, type Setting } from "./setting";
import { smallUploads } from "./small-uploads";
import { holds, type Row, table } from "./table";

const BENCHMARKS: Record<string, (setting: Setting) => Promise<Row[]>> = {
  "big-file": bigFile,
  propfind,
  "move-copy-lock": moveCopyLock,
  "many-clients": manyClients,
  protocol,
  "incoming-shares": incomingShares,
  federation,
  "small-uploads": smallUploads,
  autocomplete,
  search,
  scrolling,
  // One cloud is ended in these, and is another process afterwards, which the other one has to find first.
  "received-folder": receivedFolder,
  "received-files": receivedFiles,
  restart,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in BENCHMARKS));
if (unknown) throw new Error(`There is no benchmark "${unknown}". There are: ${Object.keys(BENCHMARKS).join(", ")}.`);

const setting = readSetting();
const rows: Row[] = [];
for (const [name, run] of Object.entries(BENCHMARKS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`measuring ${name}…`);
  const measured = await run(setting);
  console.error(table(measured)); // also seen if a later one fails
  rows.push(...measured);
}
console.log(`\n${table(rows)}\n`);
if (asked.length === 0) writeFileSync("bench/RESULTS.md", `# Results of \`npm run bench\`\n\n${table(rows)}\n`);
process.exit(rows.every(holds) ? 0 : 1);
