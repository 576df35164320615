import { CopyField } from "@/components/ui/copy-field";
import { DIALECT_NAMES } from "@/lib/trust/dialects/schema";

/** What clouds need to know of this one that do not find out by themselves. */
export function OwnEntry({ entry }: { entry: string }) {
  return (
    <section className="mt-10 border-t pt-6">
      <h2 className="font-semibold">For {DIALECT_NAMES.ocis}</h2>
      <p className="mt-1 mb-4 max-w-160 text-muted">
        They do not find other clouds by themselves. Their administrators add this to the list in{" "}
        <code className="font-mono text-sm">ocmproviders.json</code>, and restart the service.
      </p>
      <CopyField label="This cloud" text={entry} testId="own-entry" isMultiline isCode />
    </section>
  );
}
