"use client";

import Link from "next/link";
import { noticeSentence } from "@/components/notices/notice-sentence";
import { useReceivedShare } from "@/components/sharing/use-received-share";
import { Avatar } from "@/components/ui/avatar";
import { Time } from "@/components/ui/time";
import type { NoticeView } from "@/lib/notices/schema";

type NoticeItemProps = { notice: NoticeView; isNew: boolean; onFollow: () => void };

/** One thing that happened; what still waits for an answer looks like it. */
export function NoticeItem({ notice, isNew, onFollow }: NoticeItemProps) {
  const share = useReceivedShare(notice.kind === "share-offered" ? notice.about.shareId : undefined);
  const { text, detail, href } = noticeSentence(notice);
  return (
    <li>
      <Link
        href={href}
        onClick={onFollow}
        className="flex gap-3 px-4 py-3 -outline-offset-2 hover:bg-hover focus-visible:-outline-offset-2"
      >
        <Avatar name={notice.about.name} size="sm" />
        <span className="min-w-0 flex-1">
          <span className={isNew ? "font-medium" : "text-muted"}>{text}</span>
          {detail && <span className="block text-muted text-sm">{detail}</span>}
          <span className="block text-faint text-sm">
            {notice.about.provider && `${notice.about.provider} · `}
            <Time iso={notice.createdAt} />
          </span>
          {share?.state === "pending" && (
            <span className="mt-2 inline-flex h-7 items-center rounded-md bg-accent px-2.5 font-medium text-on-accent text-sm">
              Answer
            </span>
          )}
        </span>
        {isNew && (
          <span className="mt-1.5 size-2 shrink-0 rounded-full bg-accent">
            <span className="sr-only">New</span>
          </span>
        )}
      </Link>
    </li>
  );
}
