"use client";

import { useRef } from "react";
import { canTryAgain } from "@/components/api";
import { Connected } from "@/components/invites/connected";
import { useAcceptInvite } from "@/components/invites/queries";
import { Button } from "@/components/ui/button";
import { CloudSquare } from "@/components/ui/cloud-badge";
import { NoticeLine } from "@/components/ui/notice-line";
import { Person } from "@/components/ui/person";
import type { ContactView, InvitePreview } from "@/lib/contacts/schema";

type InviteQuestionProps = { preview: InvitePreview; onDecline: () => void };

/** Who invites, from which cloud, and the yes; afterwards, who is a contact now. */
export function InviteQuestion({ preview, onDecline }: InviteQuestionProps) {
  const accept = useAcceptInvite();
  const { token, provider, providerName, inviterName, maybeKnown } = preview;
  const isAsked = useRef(false);

  // A double click comes before the button knows that it is busy, and the second yes would be told that it is too late.
  function acceptOnce() {
    if (isAsked.current) return;
    isAsked.current = true;
    accept.mutate(
      { token, provider },
      {
        onSettled: () => {
          isAsked.current = false;
        },
      },
    );
  }

  if (accept.data) return <Connected contact={accept.data.contact} wasBefore={accept.data.wasConnected} />;
  if (preview.connectedTo) return <Connected contact={preview.connectedTo} wasBefore />;

  const isFinal = accept.error !== null && !canTryAgain(accept.error);
  return (
    <div className="flex flex-col gap-4">
      {inviterName ? (
        <Person name={inviterName} provider={provider} />
      ) : (
        <div className="flex items-center gap-3">
          <CloudSquare provider={provider} className="size-9 rounded-md text-base" />
          <span className="flex min-w-0 flex-col">
            <span className="truncate font-medium">{providerName ?? provider}</span>
            <span className="truncate text-muted text-sm">{providerName ? provider : "Another cloud"}</span>
          </span>
        </div>
      )}
      {!isFinal && (
        <p className="text-muted">
          {inviterName ? `${inviterName} would` : "Somebody there would"} like to share with you. If you accept, you
          both see each other’s name and mail address, and can share files with each other.
        </p>
      )}
      {!isFinal && maybeKnown.length > 0 && (
        <NoticeLine tone="warning">
          Among your contacts at this cloud: {listOf(maybeKnown)}. If one of them invites you, you are connected already
          and need not accept: the same person would stand there twice.
        </NoticeLine>
      )}
      {accept.error && <NoticeLine tone="danger">{accept.error.message}</NoticeLine>}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDecline}>{isFinal ? "Close" : "Not now"}</Button>
        {!isFinal && (
          <Button variant="primary" onClick={acceptOnce} isBusy={accept.isPending} data-testid="accept-invite">
            {accept.error ? "Try again" : "Accept"}
          </Button>
        )}
      </div>
    </div>
  );
}

const listOf = (people: ContactView[]) =>
  new Intl.ListFormat("en").format(people.map(({ displayName }) => displayName));
