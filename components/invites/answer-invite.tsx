"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api, canTryAgain } from "@/components/api";
import { InviteQuestion } from "@/components/invites/invite-question";
import { Button } from "@/components/ui/button";
import { NoticeLine } from "@/components/ui/notice-line";
import { Skeleton } from "@/components/ui/skeleton";
import { InvitePreview } from "@/lib/contacts/schema";

/** Looks at an invite that came by a link, and asks for the yes. */
export function AnswerInvite({ text }: { text: string }) {
  const preview = useQuery({
    queryKey: ["invites", "preview", text],
    queryFn: () => api(InvitePreview, "/api/invites/preview", { method: "POST", body: JSON.stringify({ text }) }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });

  if (preview.isPending) {
    return (
      <div role="status" aria-label="Asking the other cloud" className="flex flex-col gap-3">
        <Skeleton className="h-10" />
        <Skeleton className="h-9 w-32" />
      </div>
    );
  }
  if (preview.error) {
    return (
      <div className="flex flex-col gap-4">
        <NoticeLine tone="danger">{preview.error.message}</NoticeLine>
        <div className="flex gap-2">
          {canTryAgain(preview.error) && (
            <Button onClick={() => preview.refetch()} isBusy={preview.isFetching}>
              Try again
            </Button>
          )}
          <Button asChild variant={canTryAgain(preview.error) ? "ghost" : "secondary"}>
            <Link href="/files">To my files</Link>
          </Button>
        </div>
      </div>
    );
  }
  return <InviteQuestion preview={preview.data} onDecline={() => window.location.assign("/files")} />;
}
