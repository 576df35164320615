import { limit } from "@/lib/limits/limit";

// Tries as often as it is told to, and tells how often it was let through.
const [siteId = "", key = "", max, tries] = process.argv.slice(2);
const attempts = Array.from({ length: Number(tries) }, () => limit({ siteId, key, max: Number(max), seconds: 60 }));
const results = await Promise.allSettled(attempts);
process.send?.(results.filter(({ status }) => status === "fulfilled").length);
