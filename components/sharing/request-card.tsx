"use client";

import Link from "next/link";
import { useState } from "react";
import { EntryIcon } from "@/components/files/entry-icon";
import { useAnswerRequest } from "@/components/sharing/queries";
import { ShareDialog } from "@/components/sharing/share-dialog";
import { Button } from "@/components/ui/button";
import { Person } from "@/components/ui/person";
import { Time } from "@/components/ui/time";
import { toast } from "@/components/ui/toast";
import type { ShareRequestView } from "@/lib/sharing/schema";

type Match = ShareRequestView["matches"][number];

/** Who asks for what; a yes shares it, or lets more be done with what is shared. */
export function RequestCard({ request }: { request: ShareRequestView }) {
  const { id, from, name, provider, mail, what, wantsToEdit, matches } = request;
  const [sharing, setSharing] = useState<Match | null>(null);
  const answer = useAnswerRequest();
  const say = (isGranted: boolean) => answer.mutate({ id, isGranted }, { onError: toast.failed });
  const person = { recipient: from, name, provider, mail };

  return (
    <li data-testid="share-request" className="flex flex-col gap-3 rounded-md border border-line-strong bg-surface p-4">
      <div className="flex items-start gap-3">
        <Person name={name} provider={provider} className="flex-1" />
        <Time iso={request.createdAt} className="whitespace-nowrap text-faint text-sm" />
      </div>
      <p className="break-words">{wantsToEdit ? `Would like to change “${what}”.` : `Asks for: ${what}`}</p>
      {!wantsToEdit && <Matches matches={matches} onShare={setSharing} />}
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Button disabled={answer.isPending} onClick={() => say(false)}>
          {wantsToEdit ? "Leave it as it is" : "Decline"}
        </Button>
        {wantsToEdit && (
          <Button variant="primary" isBusy={answer.isPending} onClick={() => say(true)}>
            Let {name} edit
          </Button>
        )}
      </div>
      {sharing && (
        <ShareDialog resource={sharing} person={person} onShared={() => say(true)} onClose={() => setSharing(null)} />
      )}
    </li>
  );
}

function Matches({ matches, onShare }: { matches: Match[]; onShare: (match: Match) => void }) {
  if (matches.length === 0) {
    return (
      <p className="text-muted text-sm">
        Nothing of yours is called that. If you know what is meant, share it from{" "}
        <Link href="/files" className="underline">
          Files
        </Link>
        .
      </p>
    );
  }
  return (
    <ul aria-label="What may be meant" className="rounded-md bg-sunken p-1">
      {matches.map((match) => (
        <li key={match.id} className="flex items-center gap-3 px-2 py-1.5">
          <EntryIcon entry={match} />
          <span className="min-w-0 flex-1 break-words">{match.path}</span>
          <Button size="sm" variant="primary" aria-label={`Share ${match.path}`} onClick={() => onShare(match)}>
            Share…
          </Button>
        </li>
      ))}
    </ul>
  );
}
