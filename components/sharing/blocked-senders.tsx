"use client";

import { useQuery } from "@tanstack/react-query";
import { blockedSendersQuery, useUnblockSender } from "@/components/sharing/queries";
import { Button } from "@/components/ui/button";
import { List, ListRow } from "@/components/ui/list";
import { Person } from "@/components/ui/person";
import { toast } from "@/components/ui/toast";

/** Whom I have blocked; nothing where that is nobody. */
export function BlockedSenders() {
  const { data = [] } = useQuery(blockedSendersQuery);
  const { mutate: unblock, isPending } = useUnblockSender();
  if (data.length === 0) return null;
  return (
    <section className="mt-8">
      <h2 className="mb-2 font-medium text-muted text-sm">Blocked</h2>
      <List aria-label="Blocked">
        {data.map((blocked) => {
          const name = blocked.identifier ? blocked.name : "Everyone";
          const onSuccess = () => toast(`${name} at ${blocked.provider} can send you offers again.`);
          const onError = toast.failed;
          return (
            <ListRow
              key={`${blocked.identifier}@${blocked.provider}`}
              data-testid="blocked-row"
              end={
                <Button size="sm" disabled={isPending} onClick={() => unblock(blocked, { onSuccess, onError })}>
                  Unblock
                </Button>
              }
            >
              <Person name={name} provider={blocked.provider} />
            </ListRow>
          );
        })}
      </List>
    </section>
  );
}
