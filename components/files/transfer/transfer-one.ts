import { ApiError, api, send } from "@/components/api";
import { joinPath, parentOf } from "@/components/files/paths";
import type { ConflictAnswer } from "@/components/files/upload/upload";
import { TransferredView } from "@/lib/files/schema";

export type Verb = "move" | "copy";
export type Way = { from: string; to: string };
/** What is done where the name is taken. */
export type Errand = Way & { conflict: "ask" | Exclude<ConflictAnswer, "skip"> };
/** Where it stands now, whether something had to give way, and which of one's own that is in the trash now. */
export type Landed = Way & { hasReplaced: boolean; trashedId: string | null };

/** Moves or copies one thing. It does not where the name is taken and nobody has said what to do about that. */
export async function transferOne(verb: Verb, errand: Errand, signal: AbortSignal): Promise<Landed | "taken"> {
  const { from, to, conflict } = errand;
  // A copy beside what it is a copy of can only have another name.
  const keepBoth = conflict === "keep-both" || from === to;
  const overwrite = conflict === "replace";
  try {
    const init = { ...send("POST", { from, to, overwrite, keepBoth }), signal };
    const { name, replaced } = await asOftenAsAllowed(() => api(TransferredView, `/api/files/${verb}`, init));
    return { from, to: joinPath(parentOf(to), name), hasReplaced: overwrite, trashedId: replaced?.id ?? null };
  } catch (error) {
    if (conflict === "ask" && error instanceof ApiError && error.code === "NAME_TAKEN") return "taken";
    throw error;
  }
}

/** Many small things can be faster than the server allows: it goes on when it may. */
async function asOftenAsAllowed<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 429) throw error;
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 5) * 1000));
    }
  }
}
