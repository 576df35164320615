"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { announceArrival } from "@/components/files/arrivals";
import { namesOf } from "@/components/files/paths";
import { refreshFolders } from "@/components/files/queries";
import { totalOf, type Upload } from "@/components/files/upload/upload";
import { currentUploads } from "@/components/files/upload/upload-list";

/** Lets the list show what the latest drop or choice has brought. */
function announceUploads(): void {
  const last = currentUploads().findLast((upload) => upload.state === "done");
  if (!last) return;
  const batch = currentUploads().filter((upload) => upload.state === "done" && upload.batch === last.batch);
  // Of a file in a dropped folder, what is seen here is that folder.
  const names = batch.map(({ into, folder, savedAs }) =>
    folder === into ? savedAs : namesOf(folder)[namesOf(into).length],
  );
  announceArrival(last.into, names.filter(isPresent), { isModest: true });
}

const isPresent = (name: string | null | undefined) => typeof name === "string";

/** Shows what has arrived, and warns before the window closes over what has not. */
export function useUploadEffects(uploads: readonly Upload[]): void {
  const client = useQueryClient();
  const { done, active, asking, paused } = totalOf(uploads);
  const isBusy = active > 0;
  const hasMore = isBusy || asking > 0 || paused > 0;

  useEffect(() => {
    if (done === 0) return;
    // Many small files arrive in a burst: the list is fetched once after it, not for each.
    const timer = setTimeout(() => {
      void refreshFolders(client);
      if (!isBusy) announceUploads();
    }, 300);
    return () => clearTimeout(timer);
  }, [done, isBusy, client]);

  useEffect(() => {
    if (!hasMore) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [hasMore]);
}
