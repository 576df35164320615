import type { Dropped } from "@/components/files/upload/read-dropped";

/** Uploads what was dropped or chosen; ends when the empty folders are made. Its machinery is loaded with the first of it. */
export async function addUploads(into: string, { files, emptyFolders }: Dropped): Promise<void> {
  const [{ startUploads }, { makeEmptyFolders }] = await Promise.all([
    import("@/components/files/upload/send-uploads"),
    import("@/components/files/upload/upload-folders"),
  ]);
  if (files.length > 0) startUploads(into, files);
  await makeEmptyFolders(into, emptyFolders);
}
