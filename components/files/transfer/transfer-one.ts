import { ApiError, api, send } from "@/components/api";
import { joinPath, parentOf } from "@/components/files/paths";
import { askAboutName, type Batch } from "@/components/files/transfer/name-questions";
import { EntryView } from "@/lib/files/schema";

export type Verb = "move" | "copy";
export type Way = { from: string; to: string };
/** Where it stands now, and whether something had to give way. */
export type Landed = Way & { hasReplaced: boolean };

/** Moves or copies one thing; where the name is taken the person says what becomes of it. Null: it was skipped. */
export async function transferOne(verb: Verb, way: Way, batch: Batch, signal: AbortSignal): Promise<Landed | null> {
  const go = async (choice: { overwrite?: boolean; keepBoth?: boolean } = {}): Promise<Landed> => {
    const { name } = await patientlyAsked(() =>
      api(EntryView, `/api/files/${verb}`, { ...send("POST", { ...way, ...choice }), signal }),
    );
    return { from: way.from, to: joinPath(parentOf(way.to), name), hasReplaced: choice.overwrite === true };
  };
  // A copy beside what it is a copy of can only have another name.
  if (way.from === way.to) return go({ keepBoth: true });
  try {
    return await go();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "NAME_TAKEN") throw error;
  }
  const answer = await askAboutName(batch, way);
  if (answer === "skip") return null;
  return go(answer === "replace" ? { overwrite: true } : { keepBoth: true });
}

/** Many small things can be faster than the server allows: it goes on when it may. */
async function patientlyAsked<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 429) throw error;
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 5) * 1000));
    }
  }
}
