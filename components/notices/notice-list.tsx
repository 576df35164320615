"use client";

import { useQuery } from "@tanstack/react-query";
import { NoticeItem } from "@/components/notices/notice-item";
import { noticesQuery } from "@/components/notices/queries";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonRows } from "@/components/ui/skeleton";

type NoticeListProps = {
  /** Those that were unread when the list was opened. */
  fresh: ReadonlySet<string>;
  onFollow: () => void;
};

export function NoticeList({ fresh, onFollow }: NoticeListProps) {
  const { data, error, refetch } = useQuery(noticesQuery);
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
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
      {data.items.map((notice) => (
        <NoticeItem
          key={notice.id}
          notice={notice}
          isNew={!notice.readAt || fresh.has(notice.id)}
          onFollow={onFollow}
        />
      ))}
    </ul>
  );
}
