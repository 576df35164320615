import { countsAreTold, limitOften } from "@/lib/limits/limit-often";

// Tries as often as it is told to, one after the other, and tells how often it was let through.
const [siteId = "", key = "", max, tries] = process.argv.slice(2);
let passed = 0;
for (let n = 0; n < Number(tries); n++) {
  try {
    limitOften({ siteId, key, max: Number(max) });
    passed++;
  } catch {}
  await countsAreTold();
}
process.send?.(passed);
