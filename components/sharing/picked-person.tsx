"use client";

import { X } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Person } from "@/components/ui/person";
import type { SendShareInput } from "@/lib/sharing/schema";

export type Picked = {
  recipient: SendShareInput["recipient"];
  name: string;
  provider: string;
  mail: string;
  isVerified?: boolean;
};

/** Whether several people are meant. */
export const isGroup = ({ recipient }: Picked) =>
  recipient.kind === "group" || (recipient.kind === "address" && recipient.isGroup === true);

export function PickedPerson({ picked, onRemove }: { picked: Picked; onRemove: () => void }) {
  return (
    <div className="flex items-center gap-3 rounded-md border border-line-strong bg-sunken py-2 ps-3 pe-2">
      <Person
        name={picked.name}
        provider={picked.provider}
        mail={picked.mail}
        isGroup={isGroup(picked)}
        isVerified={picked.isVerified}
        className="flex-1"
      />
      <IconButton label="Choose somebody else" size="sm" onClick={onRemove}>
        <X />
      </IconButton>
    </div>
  );
}
