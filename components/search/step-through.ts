import type { KeyboardEvent } from "react";

/** The arrow keys go from the box to what was found, from one to the next, and back. */
export function stepThrough(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const target = event.target as HTMLElement;
  const isBox = target instanceof HTMLInputElement && target.type === "search";
  if (!step || (!isBox && !target.hasAttribute("data-found"))) return;
  const box = event.currentTarget.querySelector<HTMLElement>("input[type=search]");
  const stops = [box, ...event.currentTarget.querySelectorAll<HTMLElement>("[data-found]")];
  const next = stops[stops.indexOf(target) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
