"use client";

import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { DamagedRow } from "@/components/admin/damaged-row";
import { ScrubState } from "@/components/admin/scrub-state";
import { storageQuery } from "@/components/admin/storage-queries";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { formatCount } from "@/components/ui/format";
import { List } from "@/components/ui/list";
import { NoticeLine } from "@/components/ui/notice-line";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { StorageView } from "@/lib/files/schema";

const PLACES: Record<StorageView["store"], string> = {
  disk: "Files are kept on the disk of this cloud.",
  s3: "Files are kept in a bucket of an S3 service.",
};

/** Whether what people stored is still what they stored. */
export function StorageScreen() {
  const { data, error, refetch } = useQuery(storageQuery);

  return (
    <>
      <PageHeader
        title="Storage"
        description={`${data ? `${PLACES[data.store]} ` : ""}All of them are read again and again, and compared with their checksums, so that damage is found before somebody needs the file.`}
      />
      {error && <ErrorState error={error} onRetry={() => refetch()} />}
      {!error && !data && <SkeletonRows />}
      {data && (
        <>
          <Section title="Checking" description="Slowly, beside everything else.">
            <ScrubState days={data.scrubDays} round={data.round} />
          </Section>
          <Section
            title="Damaged files"
            description="Their owners have been told. What is uploaded again, or comes back from a backup, is found within an hour or two."
          >
            <Damaged damaged={data.damaged} />
          </Section>
        </>
      )}
    </>
  );
}

function Damaged({ damaged: { items, count } }: { damaged: StorageView["damaged"] }) {
  if (count === 0) {
    return (
      <EmptyState icon={ShieldCheck} title="No damage is known">
        What is found stands here, with whose it is.
      </EmptyState>
    );
  }
  return (
    <>
      <NoticeLine tone="warning" className="mb-4">
        {formatCount(count, "content", "contents")} cannot be read as stored. Look at the disk before you do anything
        else, and for the files in a backup.
      </NoticeLine>
      <List aria-label="Damaged files">
        {items.map((file) => (
          <DamagedRow key={`${file.userName} ${file.path} ${file.isFormer} ${file.foundAt} ${file.size}`} file={file} />
        ))}
      </List>
    </>
  );
}
