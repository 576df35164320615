"use client";

import { useSpeakInvite } from "@/components/invites/queries";
import { Button } from "@/components/ui/button";
import { NoticeLine } from "@/components/ui/notice-line";
import { Time } from "@/components/ui/time";
import { WordList } from "@/components/ui/word-list";

/** Words that one reads to the other person, on the phone say. */
export function SpokenInvite({ inviteId }: { inviteId: string }) {
  const speak = useSpeakInvite();
  const { data, error, isPending } = speak;
  if (!data) {
    return (
      <div className="flex flex-col items-start gap-3">
        <p className="text-muted">
          Five words and the name of your cloud, to read to the other person on the phone. They are typed where an
          invite is pasted.
        </p>
        {error && <NoticeLine tone="danger">{error.message}</NoticeLine>}
        <Button onClick={() => speak.mutate(inviteId)} isBusy={isPending} data-testid="speak-invite">
          Show the words
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <WordList words={data.words} label="Words of the invite" testId="invite-words" />
      <p>
        at <strong className="break-all">{data.provider}</strong>
      </p>
      <p className="text-muted text-sm">
        They work once, until <Time iso={data.until} isExact />. Read them only to the person whom you invite.
      </p>
    </div>
  );
}
