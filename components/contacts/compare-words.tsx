"use client";

import { useQuery } from "@tanstack/react-query";
import { contactWordsQuery, useVerifyContact } from "@/components/contacts/queries";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { NoticeLine } from "@/components/ui/notice-line";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { WordList } from "@/components/ui/word-list";
import type { ContactView } from "@/lib/contacts/schema";

/** Words that both people see, to be compared by voice: who stands between the two clouds makes them differ. */
export function CompareWords({ contact, onClose }: { contact: ContactView; onClose: () => void }) {
  const { id, displayName: name } = contact;
  const { data, error, refetch, isFetching } = useQuery(contactWordsQuery(id));
  const { mutate: verify, isPending, error: refused } = useVerifyContact(id);

  function decide(words: string[] | null) {
    const onSuccess = () => {
      toast(words ? `${name} is verified.` : `${name} is not marked as verified any more.`);
      onClose();
    };
    verify(words, { onSuccess, onError: () => refetch() });
  }

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Compare words with ${name}`}
      description={`Call ${name}, who opens the same on the other cloud, and read these words to each other.`}
      testId="compare-words"
      footer={
        <>
          {data?.isVerified && (
            <Button variant="ghost" onClick={() => decide(null)} isBusy={isPending}>
              Take the mark away
            </Button>
          )}
          <Button onClick={onClose}>They differ, or not now</Button>
          <Button
            variant="primary"
            onClick={() => data && decide(data.words)}
            isBusy={isPending || isFetching}
            disabled={!data}
            data-testid="words-are-the-same"
          >
            They are the same
          </Button>
        </>
      }
    >
      {(error ?? refused) && <NoticeLine tone="danger">{(error ?? refused)?.message}</NoticeLine>}
      {!data && !error && <SkeletonRows />}
      {data && (
        <>
          <WordList words={data.words} label="Words to compare" testId="contact-words" />
          <p className="mt-4 text-muted text-sm">
            If all are the same, nobody stands between the two of you. If any differs, share nothing that matters, and
            tell your administrators.
          </p>
        </>
      )}
    </Dialog>
  );
}
