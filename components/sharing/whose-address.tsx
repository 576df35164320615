import type { Picked } from "@/components/sharing/picked-person";
import { Checkbox } from "@/components/ui/checkbox";
import { NoticeLine } from "@/components/ui/notice-line";

type WhoseAddressProps = { picked: Picked; onChange: (recipient: Picked["recipient"]) => void };

/** An address does not tell whether it is a person's or a group's. */
export function WhoseAddress({ picked: { recipient }, onChange }: WhoseAddressProps) {
  if (recipient.kind !== "address") return null;
  const isGroup = recipient.isGroup ?? false;
  return (
    <>
      <NoticeLine>
        {isGroup
          ? "It only arrives if the address is exact and somebody on that cloud is a contact of yours."
          : "You are not connected with this person. It only arrives if the address is exact."}
      </NoticeLine>
      <Checkbox
        label="This is the address of a group"
        hint="Everybody in it gets what you share."
        checked={isGroup}
        onChange={(value) => onChange({ ...recipient, isGroup: value })}
      />
    </>
  );
}
