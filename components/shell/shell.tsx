"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useState } from "react";
import { StepUp } from "@/components/second-factor/step-up";
import { BottomBar } from "@/components/shell/bottom-bar";
import { ConnectionLine, stayWhileOffline } from "@/components/shell/connection-line";
import { MobileHeader } from "@/components/shell/mobile-header";
import { NameQuestions } from "@/components/shell/name-questions";
import { Sidebar } from "@/components/shell/sidebar";
import { Uploads } from "@/components/shell/uploads";
import { useLive } from "@/components/shell/use-live";
import { type Overlay, useShortcuts } from "@/components/shell/use-shortcuts";

const Drawer = dynamic(() => import("@/components/shell/drawer").then((part) => part.Drawer));
const CommandPalette = dynamic(() => import("@/components/shell/command-palette").then((part) => part.CommandPalette));
const ShortcutsDialog = dynamic(() =>
  import("@/components/shell/shortcuts-dialog").then((part) => part.ShortcutsDialog),
);

/** What stands around every page of someone who is signed in. */
export function Shell({ children }: { children: ReactNode }) {
  const [overlay, setOverlay] = useState<Overlay>(null);
  const close = () => setOverlay(null);
  useLive();
  useShortcuts(setOverlay);
  return (
    <div onClickCapture={stayWhileOffline} className="flex h-dvh overflow-hidden">
      <a
        href="#main"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:absolute focus:start-2 focus:top-2"
      >
        Skip to content
      </a>
      <Sidebar onSearch={() => setOverlay("palette")} />
      <div className="flex min-w-0 flex-1 flex-col">
        <MobileHeader onSearch={() => setOverlay("palette")} />
        <ConnectionLine />
        <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col bg-surface outline-none md:border-s">
          {children}
        </main>
        <BottomBar onMore={() => setOverlay("drawer")} />
      </div>
      {overlay === "drawer" && <Drawer onClose={close} />}
      <Uploads />
      <NameQuestions />
      <StepUp />
      {overlay === "palette" && <CommandPalette onClose={close} />}
      {overlay === "shortcuts" && <ShortcutsDialog onClose={close} />}
    </div>
  );
}
