import { api, urlOf } from "@/components/api";
import { joinPath } from "@/components/files/paths";
import type { Upload } from "@/components/files/upload/upload";
import { EntryView } from "@/lib/files/schema";

/** Below this the refusal of the upload itself comes as soon as the answer to a question would. */
const WORTH_ASKING = 500_000;

/** Asks whether the name is free before a large file sets out; when in doubt, the upload finds out. */
export async function isTaken({ file, folder, conflict }: Upload): Promise<boolean> {
  if (file.size < WORTH_ASKING || conflict === "replace" || conflict === "keep-both") return false;
  const question = api(EntryView, urlOf("/api/files/entry", { path: joinPath(folder, file.name) }));
  return question.then(
    () => true,
    () => false,
  );
}
