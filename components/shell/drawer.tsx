"use client";

import { Navigation } from "@/components/shell/navigation";
import { UserMenu } from "@/components/shell/user-menu";
import { Sheet } from "@/components/ui/sheet";

/** On a phone, what a desk has in its sidebar. */
export function Drawer({ onClose }: { onClose: () => void }) {
  return (
    <Sheet isOpen onClose={onClose} title="Menu">
      <Navigation onNavigate={onClose} />
      <div className="border-t p-2">
        <UserMenu />
      </div>
    </Sheet>
  );
}
