"use client";

import { CircleAlert, Clock, Hourglass, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { NextTry } from "@/components/admin/next-try";
import { useDropDelivery, useRetryDelivery } from "@/components/admin/queries";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { ListRow } from "@/components/ui/list";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { DeliveryState, DeliveryView } from "@/lib/admin/schema";

const STATES: Record<DeliveryState, { label: string; tone: Tone; icon: LucideIcon }> = {
  waiting: { label: "Waiting", tone: "neutral", icon: Clock },
  retrying: { label: "Trying again", tone: "warning", icon: Hourglass },
  "given-up": { label: "Given up", tone: "danger", icon: CircleAlert },
};

export function DeliveryRow({ delivery }: { delivery: DeliveryView }) {
  const [isAsking, setAsking] = useState(false);
  const retry = useRetryDelivery();
  const drop = useDropDelivery();
  const { label, tone, icon } = STATES[delivery.state];
  const close = () => setAsking(false);
  const fail = (error: Error) => void toast.error(error.message);

  return (
    <ListRow
      data-testid="delivery-row"
      end={
        <>
          <Badge tone={tone} icon={icon}>
            {label}
          </Badge>
          <Button
            size="sm"
            isBusy={retry.isPending}
            onClick={() =>
              retry.mutate(delivery.id, { onSuccess: () => toast("It is tried again now."), onError: fail })
            }
          >
            Try again
          </Button>
          {delivery.state !== "given-up" && (
            <Button size="sm" variant="ghost" onClick={() => setAsking(true)}>
              Drop…
            </Button>
          )}
        </>
      }
    >
      <p className="break-words font-medium">{wordsFor(delivery)}</p>
      {delivery.failure && <p className="break-words text-sm text-warning-text">{delivery.failure}</p>}
      <p className="text-muted text-sm">
        Queued <Time iso={delivery.createdAt} />
        {delivery.attempts > 0 && `, tried ${delivery.attempts === 1 ? "once" : `${delivery.attempts} times`}`}
        {delivery.failure && delivery.nextAttemptAt && (
          <>
            , again <NextTry at={delivery.nextAttemptAt} />
          </>
        )}
      </p>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={close}
        onConfirm={() => drop.mutate(delivery.id, { onSuccess: close, onError: fail })}
        title="Stop trying?"
        confirmLabel="Drop"
        isBusy={drop.isPending}
      >
        {delivery.provider} does not hear of it. {delivery.person ?? "Whoever it concerns"} is told so, and can have it
        tried again.
      </ConfirmDialog>
    </ListRow>
  );
}

function wordsFor({ what, person, other }: DeliveryView): string {
  switch (what) {
    case "offer":
      return `${person} shares something with ${other}`;
    case "change":
      return `${person} changed what is shared with ${other}`;
    case "end":
      return `${person} no longer shares something with ${other}`;
    case "answer":
      return `${person} answers what ${other} shared`;
    case "parting":
      return `${person} removed ${other} as a contact`;
    case "request":
      return `${person} asks ${other} for something`;
    case "reshare":
      return `${person} has ${other} share something with others`;
    case "other":
      return "A message";
  }
}
