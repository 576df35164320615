"use client";

import { Toaster } from "sonner";

/** How passing messages look. Loaded with the first of them. */
export function ToastArea() {
  return (
    <Toaster
      position="bottom-center"
      gap={8}
      duration={6000}
      offset={{ bottom: 24 }}
      mobileOffset={{ bottom: "calc(4.5rem + env(safe-area-inset-bottom))" }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "flex w-full items-center gap-3 rounded-md bg-ink px-4 py-3 font-sans text-base text-canvas shadow-pop md:w-96",
          title: "font-normal",
          description: "text-sm opacity-80",
          icon: "shrink-0",
          content: "min-w-0 flex-1",
          actionButton:
            "shrink-0 rounded-sm px-2 py-1 font-semibold text-sm hover:bg-canvas/15 focus-visible:outline-canvas",
          closeButton: "hidden",
        },
      }}
    />
  );
}
