import { KeyLines } from "@/components/admin/key-lines";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import type { SiteKeyView } from "@/lib/sites/schema";

const STATES = {
  next: { label: "Next", tone: "accent" },
  current: { label: "In use", tone: "success" },
  replaced: { label: "Replaced", tone: "warning" },
  retired: { label: "Withdrawn", tone: "neutral" },
} as const;

export function KeyRow({ siteKey }: { siteKey: SiteKeyView }) {
  return (
    <ListRow data-testid="key-row">
      <KeyLines name={siteKey.kid} standing={STATES[siteKey.state]} fingerprint={siteKey.fingerprint}>
        <KeyTimes siteKey={siteKey} />
      </KeyLines>
    </ListRow>
  );
}

function KeyTimes({ siteKey: { state, usedFrom, withdrawnAt } }: { siteKey: SiteKeyView }) {
  if (state === "next") {
    return (
      <>
        Other clouds can read it already. It is used from <Time iso={usedFrom} isExact /> on.
      </>
    );
  }
  if (state === "current") {
    return (
      <>
        Used since <Time iso={usedFrom} isExact />
      </>
    );
  }
  return (
    <>
      Used from <Time iso={usedFrom} isExact />, {state === "retired" ? "withdrawn" : "to be withdrawn"}{" "}
      {withdrawnAt && <Time iso={withdrawnAt} isExact />}
    </>
  );
}
