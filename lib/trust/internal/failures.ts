import { AppError } from "@/lib/core/errors";
import { once } from "@/lib/core/once";
import { isRecent } from "@/lib/trust/internal/fetching";

/** So long is a cloud that failed left alone by strangers, who can name any host in a request. */
const FAILED_FOR_SECONDS = 20;
const MOST = 10_000;
/** Nobody there was heard. */
const SILENT = ["PEER_ADDRESS_REFUSED", "PEER_UNREACHABLE", "PEER_TIMEOUT", "PEER_CERTIFICATE_INVALID"];
/** The cause of a failure that is an answer, but of a cloud that cannot answer just now. */
const UNWELL = "unwell";

/** Whether nobody answers at that host at all: at another path there it is no different. */
export const isSilence = ({ code }: AppError): boolean => SILENT.includes(code);

/** Whether a status says only that a cloud cannot answer just now. */
export const isUnwell = (status: number): boolean => status === 429 || status >= 500;

/** What goes with a failure of that status, so that `isAnswer` can tell. */
export const causeOf = (status: number) => (isUnwell(status) ? { cause: UNWELL } : {});

/** Whether a cloud that was asked has answered, and does not say any more what it said. */
export const isAnswer = (failure: AppError): boolean => !isSilence(failure) && failure.cause !== UNWELL;

/** Without the stack and the cause, of which there would be many. */
type Failure = Pick<AppError, "status" | "code" | "message"> & { at: Date };
const failures = () => once("trust.failures", () => new Map<string, Failure>());

/** Lets pass only what did not fail just now. */
export function requireNotFailed(name: string): void {
  const failure = failures().get(name);
  if (!failure || !isRecent(failure.at, FAILED_FOR_SECONDS)) return;
  throw new AppError(failure.status, failure.code, failure.message);
}

/** Remembers how something failed; with null that it did not. */
export function rememberFailure(name: string, failure: AppError | null): void {
  if (!failure) return void failures().delete(name);
  // Bounded, because any stranger can make one; what falls out is merely asked again.
  if (failures().size >= MOST) failures().clear();
  const { status, code, message } = failure;
  failures().set(name, { at: new Date(), status, code, message });
}
