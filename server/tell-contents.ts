import { logger } from "@/lib/core/logger";
import { tellChangedContents } from "@/lib/sharing/sent/tell-contents";

const EVERY_MS = 1_000;

/** Tells other clouds every second what has changed in the shares that they watch. Call the result to end it. */
export function startTellingContents(): () => void {
  let isClaiming = false;
  const tell = async () => {
    if (isClaiming) return;
    isClaiming = true;
    await tellChangedContents()
      .catch((error) => logger("server").warn({ error: error.message }, "changes of contents not told"))
      .finally(() => {
        isClaiming = false;
      });
  };
  const timer = setInterval(() => void tell(), EVERY_MS);
  return () => clearInterval(timer);
}
