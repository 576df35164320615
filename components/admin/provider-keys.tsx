import { KeyLines } from "@/components/admin/key-lines";
import { List, ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import type { SeenKey } from "@/lib/trust/schema";

const CURRENT = { label: "In use", tone: "success" } as const;
const FORMER = { label: "No longer shown", tone: "neutral" } as const;

export function ProviderKeys({ keys }: { keys: SeenKey[] }) {
  if (keys.length === 0) return <p className="text-muted">It has shown no key.</p>;
  return (
    <List aria-label="Keys">
      {keys.map(({ fingerprint, kid, alg, firstSeenAt, lastSeenAt, isCurrent }) => (
        <ListRow key={fingerprint}>
          <KeyLines
            name={kid || "Without a name"}
            standing={isCurrent ? CURRENT : FORMER}
            fingerprint={`${alg} ${fingerprint}`}
          >
            First seen <Time iso={firstSeenAt} />
            {!isCurrent && (
              <>
                , last seen <Time iso={lastSeenAt} />
              </>
            )}
          </KeyLines>
        </ListRow>
      ))}
    </List>
  );
}
