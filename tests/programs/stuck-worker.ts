import { startRunner } from "@/lib/jobs/runner";

// Takes a job and never finishes it: a test kills this process while it holds the job.
const stuck = async () => {
  process.send?.("holding");
  await new Promise(() => {});
};
startRunner({ tasks: { "test-job": stuck } });
