import { readFileSync, writeFileSync } from "node:fs";
import { withRounds } from "./rounds";

// npx tsx tests/peers/write-rounds.ts: the table of what works with whom, anew.
writeFileSync("FEDERATION.md", withRounds(readFileSync("FEDERATION.md", "utf8")));
