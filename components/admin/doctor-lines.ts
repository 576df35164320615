import { refusal, unreachable, urlOf } from "@/components/api";
import { DoctorStep } from "@/lib/admin/doctor/schema";

/** The steps of an examination as they end. */
export async function* examine(domain: string, signal: AbortSignal): AsyncGenerator<DoctorStep> {
  const broken = (cause: unknown) => {
    throw signal.aborted ? cause : unreachable(cause);
  };
  const response = await fetch(urlOf("/api/admin/doctor", { domain }), { signal }).catch(broken);
  if (!response.ok) throw await refusal(response);

  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const read = await reader?.read().catch(broken);
    if (!read || read.done) return;
    const lines = (rest + read.value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield DoctorStep.parse(JSON.parse(line));
  }
}
