import { Check, CircleAlert, Clock, Hourglass, LogOut, type LucideIcon, Pause, Send, X } from "lucide-react";
import type { z } from "zod";
import type { Tone } from "@/components/ui/badge";
import type { ReceivedShareView, Role, SentShareView } from "@/lib/sharing/schema";

type RoleName = z.infer<typeof Role>;

export const ROLE_OPTIONS: readonly { value: RoleName; label: string; hint: string }[] = [
  { value: "viewer", label: "Can view", hint: "Open and download" },
  { value: "editor", label: "Can edit", hint: "Also add, change and delete" },
];

export function roleWords(role: RoleName): string {
  return role === "editor" ? "Can edit" : "Can view";
}

/** How far a share of mine has come. */
export function sentStateWords(share: SentShareView): { label: string; tone: Tone; icon: LucideIcon } {
  if (share.isSuspended && !isOver(share)) return { label: "Suspended", tone: "warning", icon: Pause };
  if (share.untold && ["delivered", "accepted", "revoked"].includes(share.state)) return untoldWords(share);
  if (isOfferedAgain(share)) return { label: "Offered again", tone: "neutral", icon: Send };
  switch (share.state) {
    case "queued":
      return { label: "Queued", tone: "neutral", icon: Clock };
    case "delivered":
      return { label: "Waiting for an answer", tone: "neutral", icon: Send };
    case "accepted":
      return { label: "Accepted", tone: "success", icon: Check };
    case "declined":
      return { label: "Declined", tone: "warning", icon: X };
    case "left":
      return { label: "Left", tone: "neutral", icon: LogOut };
    case "failed":
      return { label: "Not delivered", tone: "danger", icon: CircleAlert };
    case "expired":
      return { label: "Ended", tone: "neutral", icon: Clock };
    case "revoked":
      return { label: "Revoked", tone: "neutral", icon: X };
  }
}

/** Whether whoever it is for has to accept it once more, because his cloud takes no change of it. */
export const isOfferedAgain = ({ isOfferedAgain: isAnew, state }: SentShareView) =>
  isAnew && (state === "queued" || state === "delivered");

/** Of a share that the other cloud knows otherwise than it is. */
function untoldWords({ state, untold }: SentShareView): { label: string; tone: Tone; icon: LucideIcon } {
  const what = state === "revoked" ? "End" : "Change";
  if (untold?.hasGivenUp) return { label: `${what} not told`, tone: "danger", icon: CircleAlert };
  return { label: `${what} on its way`, tone: "neutral", icon: Hourglass };
}

/** What holds here, whatever the other cloud believes. */
export function holdsWords({ state, recipientName, untold }: SentShareView): string {
  if (!untold?.failure) return "";
  if (state === "revoked") return `${recipientName} has no access all the same.`;
  return state === "delivered" || state === "accepted" ? "The change holds all the same." : "";
}

/** Whether it gives access no more, or never did: there is nothing to stop, only something to take off the list. */
export function isOver({ state }: SentShareView): boolean {
  return ["declined", "left", "expired", "failed", "revoked"].includes(state);
}

/** What one did with an offer, as a verb. */
export function answerWords({ state }: ReceivedShareView): string {
  if (state === "declined" || state === "left") return state;
  return "accepted";
}

/** Why a received share is over, in a sentence. */
export function endedWords(share: ReceivedShareView): string {
  switch (share.state) {
    case "revoked":
      return `${share.senderName} no longer shares this with you.`;
    case "expired":
      return "The time it was shared for is over.";
    case "declined":
      return "You declined it.";
    case "left":
      return "You left it.";
    default:
      return "";
  }
}

/** The last moment of a day that was chosen in a calendar, as an instant. */
export function endOfDay(day: string): string | null {
  return day === "" ? null : new Date(`${day}T23:59:59`).toISOString();
}

/** The day of an instant, as a date input writes it. */
export function dayOf(iso: string | null): string {
  if (iso === null) return "";
  const date = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
