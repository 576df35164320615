"use client";

import { useState } from "react";

const FIELD =
  "input:not([type=hidden],[type=checkbox],[type=radio],[type=file],[readonly],[aria-hidden]):enabled, textarea:enabled";
const OPEN_DIALOGS = "[role=dialog][data-state=open]";

/** Where the focus of a dialog begins: what asks for it, else the first field, else the safe button, which comes first. */
export function focusFirst(event: Event): void {
  event.preventDefault();
  const dialog = event.currentTarget;
  if (!(dialog instanceof HTMLElement)) return;
  const first = ["[data-autofocus]", FIELD, "footer button"].map((kind) => dialog.querySelector<HTMLElement>(kind));
  (first.find((element) => element !== null) ?? dialog).focus();
}

/** For what stands over the page, mounted as it opens: remembers who had the focus, and gives it back. */
export function useFocusBack() {
  const [before] = useState(() => document.activeElement);
  return (event: Event) => {
    event.preventDefault();
    giveFocusTo(before);
  };
}

/** The focus for an element; if that is gone or nothing, for the list of the page, whose keys then work. */
export function giveFocusTo(element: Element | null): void {
  const isThere = element?.isConnected && element !== document.body;
  // In a list of files the list itself hears the keys, not what was pressed within.
  const receiver = isThere
    ? (element.closest("[role=grid]") ?? element)
    : (document.querySelector("#main [role=grid]") ?? document.querySelector("#main"));
  const top = [...document.querySelectorAll(OPEN_DIALOGS)].at(-1);
  if (top && !top.contains(receiver)) return; // a dialog that opened meanwhile keeps it
  if (receiver instanceof HTMLElement) receiver.focus({ preventScroll: true });
}
