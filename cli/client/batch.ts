import { EXIT, Failure, sentenceOf } from "./failure";
import { countText, remark, sayJson, sizeText } from "./print";

/** What becomes of many files, one after the other: a failure does not stop the others. */
export type Batch = ReturnType<typeof startBatch>;

/** `verb` says in the summary what was done with them. */
export function startBatch(verb: string, { json, quiet }: { json: boolean; quiet: boolean }) {
  const done: unknown[] = [];
  const failures: Failure[] = [];
  let bytes = 0;
  let skipped = 0;
  return {
    done(result: unknown, size: number) {
      done.push(result);
      bytes += size;
    },
    skip() {
      skipped++;
    },
    /** Goes on after what concerns one file; a lost sign-in or cloud concerns all. */
    fail(where: string, error: unknown) {
      const code = error instanceof Failure ? error.exit : EXIT.failed;
      if (code === EXIT.notSignedIn || code === EXIT.unreachable) throw error;
      remark(`${where}: ${sentenceOf(error)}`);
      failures.push(new Failure(code, sentenceOf(error), error instanceof Failure ? error.refusal : undefined));
    },
    /** @throws Failure when some failed */
    end() {
      if (json) sayJson(done);
      else if (!quiet) {
        const rest = skipped > 0 ? `, ${skipped} already there` : "";
        remark(`${countText(done.length, "file")} ${verb}, ${sizeText(bytes)}${rest}.`);
      }
      if (failures.length > 0) throw new Failure(EXIT.failed, `${countText(failures.length, "thing")} failed.`);
    },
  };
}
