import { z } from "zod";

/** What is tried of another cloud, in this order. */
export const DOCTOR_STEPS = [
  { id: "name", title: "Name" },
  { id: "rule", title: "Your rule" },
  { id: "addresses", title: "Name resolution" },
  { id: "connection", title: "Connection" },
  { id: "discovery", title: "Discovery" },
  { id: "clock", title: "Clock" },
  { id: "keys", title: "Keys" },
  { id: "dialect", title: "Dialect" },
  { id: "signature", title: "Signature" },
  { id: "theirSignature", title: "Their signature" },
  { id: "token", title: "Access tokens" },
  { id: "webdav", title: "WebDAV" },
  { id: "notification", title: "Notifications" },
] as const;
export const StepId = z.enum(DOCTOR_STEPS.map(({ id }) => id));
export type StepId = z.infer<typeof StepId>;

/** What came of one attempt: what was seen, what it means, and how each side can mend it. */
export const Finding = z.object({
  state: z.enum(["ok", "warning", "failed", "skipped"]),
  seen: z.array(z.string()),
  meaning: z.string(),
  /** For our administrator. */
  here: z.string().optional(),
  /** For theirs. */
  there: z.string().optional(),
});
export type Finding = z.infer<typeof Finding>;
export const DoctorStep = Finding.extend({ id: StepId });
export type DoctorStep = z.infer<typeof DoctorStep>;

export const DoctorQuery = z.object({ domain: z.string().trim().min(1, "Type the address of a cloud.").max(300) });

const MARKS = { ok: "ok", warning: "WARNING", failed: "FAILED", skipped: "not tried" };

/** The title of a step, for people. */
export function titleOf(id: StepId): string {
  return DOCTOR_STEPS.find((step) => step.id === id)?.title ?? id;
}

/** A step as text. */
export function stepText({ id, state, seen, meaning, here, there }: DoctorStep): string {
  const lines = [...seen, meaning, here && `On your side: ${here}`, there && `On the other side: ${there}`];
  return [`${titleOf(id)}: ${MARKS[state]}`, ...lines.filter(Boolean).map((line) => `  ${line}`)].join("\n");
}

/** What all the steps come to, in a sentence. */
export function verdictOf(steps: readonly DoctorStep[]): string {
  const count = (state: Finding["state"]) => steps.filter((step) => step.state === state).length;
  const [failed, warnings] = [count("failed"), count("warning")];
  if (failed > 0) return failed === 1 ? "One step failed." : `${failed} steps failed.`;
  if (warnings > 0) return "It works, with something to look at.";
  return "Everything works.";
}

/** The whole report as text, to be handed to somebody else. */
export function reportText(domain: string, steps: readonly DoctorStep[]): string {
  return [`Connection with ${domain}`, ...steps.map(stepText), verdictOf(steps)].join("\n\n");
}
