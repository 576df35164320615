"use client";

import dynamic from "next/dynamic";
import { useUploads } from "@/components/files/upload/use-uploads";

const UploadPanel = dynamic(() => import("@/components/files/upload/upload-panel").then((part) => part.UploadPanel));

/** The panel of uploads, loaded with the first of them. */
export function Uploads() {
  return useUploads().length > 0 && <UploadPanel />;
}
