import { tendCopies } from "@/lib/sharing/received/offline/tend-copies";

// The job that sends what was changed here, in a process of its own that a test may kill: `<siteId> <provider>`.
const [siteId = "", provider = ""] = process.argv.slice(2);
await tendCopies({ siteId, provider });
process.exit(0);
