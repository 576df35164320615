"use client";

import { Dialog } from "@/components/ui/dialog";

const GROUPS: { title: string; keys: [string, string][] }[] = [
  {
    title: "Everywhere",
    keys: [
      ["Ctrl K or ⌘ K", "Go to a page, or do something"],
      ["/", "Search files"],
      ["?", "This list"],
      ["Esc", "Close what is open"],
    ],
  },
  {
    title: "In Files",
    keys: [
      ["↑ ↓ ← →", "Move; with Shift, extend the selection"],
      ["Letters", "Jump to a name"],
      ["Space", "Select or deselect"],
      ["Ctrl A", "Select all"],
      ["Enter", "Open"],
      ["Backspace", "To the folder above"],
      ["Ctrl X, Ctrl C", "Cut, copy"],
      ["Ctrl V", "Paste into the open folder"],
      ["F2", "Rename"],
      ["Delete", "Move to the trash"],
    ],
  },
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog isOpen onClose={onClose} title="Keyboard shortcuts" size="sm">
      {GROUPS.map(({ title, keys }) => (
        <section key={title} className="mb-4">
          <h3 className="mb-1 font-medium text-muted text-sm">{title}</h3>
          <dl className="divide-y">
            {keys.map(([key, meaning]) => (
              <div key={key} className="flex items-center justify-between gap-4 py-1.5">
                <dt>
                  <kbd className="rounded-xs border bg-sunken px-1.5 py-0.5 font-sans text-sm">{key}</kbd>
                </dt>
                <dd className="text-end text-muted">{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
