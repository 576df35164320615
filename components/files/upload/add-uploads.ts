import type { Dropped } from "@/components/files/upload/read-dropped";
import { formatCount } from "@/components/ui/format";
import { toast } from "@/components/ui/toast";

/**
 * Uploads what was dropped or chosen; ends when the empty folders are made. Its machinery is loaded with the first of
 * it. What cannot be begun is said.
 */
export async function addUploads(into: string, { files, emptyFolders, unreadable }: Dropped): Promise<void> {
  if (unreadable.length > 0) toast.error(unreadableWords(unreadable, files.length > 0));
  try {
    const [{ startUploads }, { makeEmptyFolders }] = await Promise.all([
      import("@/components/files/upload/send-uploads"),
      import("@/components/files/upload/upload-folders"),
    ]);
    if (files.length > 0) startUploads(into, files);
    await makeEmptyFolders(into, emptyFolders);
  } catch (error) {
    toast.error(error instanceof Error ? error.message : "This could not be uploaded.");
  }
}

function unreadableWords(names: string[], hasMore: boolean): string {
  const what = names.length === 1 ? `“${names[0]}”` : formatCount(names.length, "file or folder", "files or folders");
  return `${what} could not be read on your device.${hasMore ? " All the rest is uploaded." : ""}`;
}
