import { examineProvider } from "@/lib/admin/doctor/examine-provider";
import { type DoctorStep, stepText, verdictOf } from "@/lib/admin/doctor/schema";
import { closeDb } from "@/lib/core/db";
import { listSites } from "@/lib/sites/sites";

// tessera doctor cloud.example.org: tries out the way to another cloud, and ends with 1 if a step failed.

async function main(domain: string): Promise<number> {
  const [site] = await listSites();
  if (!site) throw new Error("This cloud was never started: npm start.");
  const steps: DoctorStep[] = [];
  for await (const step of examineProvider(site, domain)) {
    steps.push(step);
    console.log(`${stepText(step)}\n`);
  }
  console.log(verdictOf(steps));
  return steps.some(({ state }) => state === "failed") ? 1 : 0;
}

main(process.argv[2] ?? "")
  .catch((error) => {
    console.error(error.message);
    return 1;
  })
  .then(async (code) => {
    await closeDb();
    process.exit(code);
  });
