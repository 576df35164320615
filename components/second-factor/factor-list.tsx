"use client";

import { KeyRound, LifeBuoy, type LucideIcon, Smartphone } from "lucide-react";
import type { ReactNode } from "react";
import type { Factor } from "@/components/second-factor/change-dialogs";
import { Button } from "@/components/ui/button";
import { formatCount } from "@/components/ui/format";
import { List, ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import type { SecondFactorsView } from "@/lib/identity/second-factor/schema";

/** Fewer than these are worth a word. */
const FEW_CODES = 3;

type FactorListProps = { factors: SecondFactorsView; onRemove: (factor: Factor) => void; onRenew: () => void };

export function FactorList({ factors, onRemove, onRenew }: FactorListProps) {
  const { authenticatorSince, passkeys, recoveryCodesLeft } = factors;
  const removeButton = (factor: Factor) => (
    <Button size="sm" aria-label={`Remove ${factor.name}`} onClick={() => onRemove(factor)}>
      Remove…
    </Button>
  );
  return (
    <List className="w-full" aria-label="Second factors">
      {authenticatorSince && (
        <Row icon={Smartphone} title="App for codes" end={removeButton({ name: "the app for codes" })}>
          Set up <Time iso={authenticatorSince} />
        </Row>
      )}
      {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
        <Row key={id} icon={KeyRound} title={name} end={removeButton({ name, passkeyId: id })}>
          Passkey, {lastUsedAt ? "last used" : "added"} <Time iso={lastUsedAt ?? createdAt} />
        </Row>
      ))}
      <Row
        icon={LifeBuoy}
        title="Recovery codes"
        end={
          <Button size="sm" onClick={onRenew}>
            Make new ones…
          </Button>
        }
      >
        <span className={recoveryCodesLeft < FEW_CODES ? "text-warning-text" : ""}>
          {formatCount(recoveryCodesLeft, "code", "codes")} left
        </span>
      </Row>
    </List>
  );
}

type RowProps = { icon: LucideIcon; title: string; end: ReactNode; children: ReactNode };

function Row({ icon: Icon, title, end, children }: RowProps) {
  return (
    <ListRow end={end}>
      <div className="flex items-center gap-3">
        <Icon aria-hidden className="size-5 shrink-0 text-muted" />
        <div className="min-w-0">
          <p className="truncate font-medium">{title}</p>
          <p className="truncate text-muted text-sm">{children}</p>
        </div>
      </div>
    </ListRow>
  );
}
