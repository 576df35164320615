import { isAppError } from "@/lib/core/errors";
import { looseProvider } from "@/lib/protocol/ocm/address";
import type { Site } from "@/lib/sites/sites";
import { examineNotification, examineSignature, examineToken, examineWebdav } from "./conversation";
import { examineClock, examineDialect, examineDiscovery, examineKeys } from "./description";
import { broken, needless } from "./findings";
import { examineAddresses, examineConnection, examineName, examineRule } from "./reach";
import { DOCTOR_STEPS, type DoctorStep, type Finding, type StepId, titleOf } from "./schema";
import { examineTheirSignature } from "./their-signature";

/** How a step is tried, and which others must have gone well before. */
type Attempt = { needs: StepId[]; examine: (site: Site, provider: string) => Promise<Finding> };

const ATTEMPTS: Record<StepId, Attempt> = {
  name: { needs: [], examine: examineName },
  rule: { needs: ["name"], examine: examineRule },
  addresses: { needs: ["name"], examine: examineAddresses },
  connection: { needs: ["addresses"], examine: examineConnection },
  discovery: { needs: ["connection"], examine: examineDiscovery },
  clock: { needs: ["connection"], examine: examineClock },
  keys: { needs: ["discovery"], examine: examineKeys },
  dialect: { needs: ["discovery"], examine: examineDialect },
  signature: { needs: ["rule", "discovery"], examine: examineSignature },
  theirSignature: { needs: ["rule", "discovery", "keys"], examine: examineTheirSignature },
  token: { needs: ["rule", "discovery"], examine: examineToken },
  webdav: { needs: ["discovery"], examine: examineWebdav },
  notification: { needs: ["rule", "discovery"], examine: examineNotification },
};

/**
 * Tries out the connection with another cloud step by step, and yields what came of each as it ends. Nothing is changed
 * there, and nothing kept here but what discovery keeps of any cloud.
 */
export async function* examineProvider(site: Site, domain: string): AsyncGenerator<DoctorStep> {
  const provider = readName(domain);
  /** The step that failed, for each that cannot be built on. */
  const culprits = new Map<StepId, StepId>();
  for (const { id } of DOCTOR_STEPS) {
    const culprit = ATTEMPTS[id].needs.map((need) => culprits.get(need)).find((step) => step !== undefined);
    const finding = culprit ? notTried(culprit) : await attempt(ATTEMPTS[id], site, provider);
    if (culprit || finding.state === "failed") culprits.set(id, culprit ?? id);
    yield { id, ...finding };
  }
}

async function attempt({ examine }: Attempt, site: Site, provider: string | null): Promise<Finding> {
  if (provider === null) {
    const there = "Ask for the part of a cloud address behind the last @, such as cloud.example.org.";
    return broken([], "This is not the name of a cloud.", { there });
  }
  try {
    return await examine(site, provider);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return broken(error.message, "It went no further.", {
      there: "See whether the server runs, and what its log says.",
    });
  }
}

/** Null when it is none. Of a whole OCM Address the cloud counts. */
function readName(domain: string): string | null {
  try {
    return looseProvider(domain.slice(domain.lastIndexOf("@") + 1));
  } catch {
    return null;
  }
}

const notTried = (culprit: StepId) => needless([], `Not tried, because of “${titleOf(culprit)}”.`);
