"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useEffect } from "react";
import { loadUnfinished } from "@/components/files/upload/unfinished";
import { useUnfinished, useUploads } from "@/components/files/upload/use-uploads";
import { accountQuery } from "@/components/shell/queries";

const UploadPanel = dynamic(() => import("@/components/files/upload/upload-panel").then((part) => part.UploadPanel));

/** The panel of uploads, loaded with the first of them. */
export function Uploads() {
  const { data: account } = useQuery(accountQuery);
  const userId = account?.id;
  useEffect(() => {
    if (userId) void loadUnfinished(userId);
  }, [userId]);
  const count = useUploads().length + useUnfinished().length;
  return count > 0 && <UploadPanel />;
}
