import { askToSignBack, type SignedBackOutcome } from "@/lib/delivery/sign-back";
import type { Site } from "@/lib/sites/sites";
import { getProviderRecord } from "@/lib/trust/provider-record";
import { broken, doubtful, fine, needless } from "./findings";
import type { Finding } from "./schema";

/** Whether what the other cloud signs is believed here: it is asked to sign something, or the last time counts. */
export async function examineTheirSignature(site: Site, provider: string): Promise<Finding> {
  const outcome = provider === site.provider ? null : await askToSignBack(site, provider);
  const heard = await lastHeard(site, provider);
  if (outcome) return judge(site, outcome, heard);
  if (heard) return fine(heard, "What it signs is believed here.");
  return needless([], "It has not sent anything signed to this cloud yet, and cannot be asked to.");
}

function judge(site: Site, { asked, answered, isBelieved }: SignedBackOutcome, heard: string | null): Finding {
  const last = heard ? [heard] : [];
  if (isBelieved) return fine(["It signed a message to this cloud.", ...last], "What it signs is believed here.");
  if (asked === 429) return doubtful(["It was asked too often.", ...last], "Try again in ten minutes.");
  if (asked >= 300) {
    return doubtful(
      [`It was asked to sign something, and answered with ${asked}.`, ...last],
      "It did not sign anything.",
      {
        there: "Look into its log for the reason.",
      },
    );
  }
  if (answered === 401) {
    return broken(["It signed a message, which was not believed here.", ...last], "What it sends is refused.", {
      here: "Look into the log of this cloud for the reason, and see that its clock is right.",
      there: "See that the keys at jwksUri are those with which it signs.",
    });
  }
  const seen = answered === null ? "It could not reach this cloud." : `It was answered with ${answered}.`;
  return broken([seen, ...last], "What it sends does not arrive here.", {
    here: `See that ${site.origin}/ocm can be reached from there, and that the proxy passes on POST.`,
    there: `Fetch ${site.origin}/.well-known/ocm from that server.`,
  });
}

async function lastHeard(site: Site, provider: string): Promise<string | null> {
  const { heardAt, heardAlgorithm, heardKeyid } = await getProviderRecord(site.id, provider);
  if (!heardAt) return null;
  return `Last signed at ${heardAt.toISOString()} with ${heardAlgorithm}, key ${heardKeyid}.`;
}
