import type { Tone } from "@/components/ui/badge";
import type { ProviderView, RefusedKind, Signature } from "@/lib/trust/schema";

const STANDINGS: Record<ProviderView["standing"], { label: string; tone: Tone }> = {
  listed: { label: "Trusted", tone: "success" },
  unlisted: { label: "Not listed", tone: "neutral" },
  blocked: { label: "Blocked", tone: "danger" },
};

/** What was decided of a cloud, here or by a directory that is trusted here. */
export function standingOf({ standing, vouchedBy }: Pick<ProviderView, "standing" | "vouchedBy">) {
  if (standing !== "unlisted" || vouchedBy.length === 0) return STANDINGS[standing];
  return { label: `Trusted by ${vouchedBy[0]}`, tone: "success" } as const;
}

export const KINDS: Record<RefusedKind, string> = {
  "file-in": "Files from there",
  "folder-in": "Folders from there",
  "file-out": "Files to there",
  "folder-out": "Folders to there",
};

/** How what is sent is signed, as an administrator chooses it. */
export const SIGNATURES: Record<Signature, string> = {
  ed25519: "RFC 9421 with Ed25519",
  es256: "RFC 9421 with ES256",
  rsa: "RFC 9421 with RSA",
  cavage: "the older draft, cavage-12",
  none: "not signed",
};

type Manners = Pick<
  ProviderView,
  | "dialect"
  | "chosenDialect"
  | "signature"
  | "chosenSignature"
  | "acceptsUnsigned"
  | "mustInvite"
  | "mustExchange"
  | "needsSecondFactor"
  | "refusedKinds"
  | "webdavHosts"
>;

/** How a cloud is dealt with, a sentence each. */
export function describeManners(manners: Manners): string[] {
  const { dialect, chosenDialect, signature, chosenSignature, acceptsUnsigned, ...policies } = manners;
  const { mustInvite, mustExchange, needsSecondFactor, refusedKinds, webdavHosts } = policies;
  const lines = [
    dialect
      ? `Spoken to as ${dialect}${chosenDialect ? ", as an administrator has chosen" : ""}.`
      : "How it is spoken to is found out when it is first asked.",
    describeUnsigned(acceptsUnsigned),
  ];
  if (signature) lines.splice(1, 0, describeSignature(signature, chosenSignature !== null));
  if (mustInvite) lines.push("Shares pass only between people who accepted an invite.");
  if (mustExchange) lines.push("Shares pass only if their secret alone opens nothing.");
  if (mustExchange === false) lines.push("Shares pass whose secret alone opens them, whatever the policies say.");
  if (needsSecondFactor) lines.push("Shares open only with a second factor.");
  if (needsSecondFactor === false) lines.push("Shares need no second factor, whatever the policies say.");
  lines.push(...refusedKinds.map((kind) => `${KINDS[kind]} do not pass.`));
  if (webdavHosts.length > 0) lines.push(`What it shares may also lie at ${webdavHosts.join(", ")}.`);
  return lines;
}

function describeUnsigned(acceptsUnsigned: boolean | null): string {
  if (acceptsUnsigned === null) return "Whether it must sign its messages the policies say.";
  return acceptsUnsigned ? "Messages that it does not sign are taken, as requests." : "It must sign its messages.";
}

function describeSignature(signature: Signature, isChosen: boolean): string {
  if (signature === "none") return "What it gets is not signed.";
  return `What it gets is signed after ${SIGNATURES[signature]}${isChosen ? ", as an administrator has chosen" : ""}.`;
}
