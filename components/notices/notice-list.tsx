"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { noticeSentence } from "@/components/notices/notice-sentence";
import { noticesQuery } from "@/components/notices/queries";
import { Avatar } from "@/components/ui/avatar";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Time } from "@/components/ui/time";

export function NoticeList({ onFollow }: { onFollow: () => void }) {
  const { data, error, refetch } = useQuery(noticesQuery);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows count={3} label="Loading notices" />;
  if (data.items.length === 0) {
    return (
      <p className="px-8 py-10 text-balance text-center text-muted">
        Nothing yet. Offers, answers and news of your shares appear here.
      </p>
    );
  }
  return (
    <ul className="divide-y overflow-y-auto" aria-live="polite">
      {data.items.map((notice) => {
        const { text, detail, href } = noticeSentence(notice);
        return (
          <li key={notice.id}>
            <Link
              href={href}
              onClick={onFollow}
              className="flex gap-3 px-4 py-3 -outline-offset-2 hover:bg-hover focus-visible:-outline-offset-2"
            >
              <Avatar name={notice.about.name} size="sm" />
              <span className="min-w-0 flex-1">
                <span className={notice.readAt ? "text-muted" : "font-medium"}>{text}</span>
                {detail && <span className="block text-muted text-sm">{detail}</span>}
                <span className="block text-faint text-sm">
                  {notice.about.provider && `${notice.about.provider} · `}
                  <Time iso={notice.createdAt} />
                </span>
              </span>
              {!notice.readAt && (
                <span className="mt-1.5 size-2 shrink-0 rounded-full bg-accent">
                  <span className="sr-only">New</span>
                </span>
              )}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
