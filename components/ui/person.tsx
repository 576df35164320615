import { Avatar } from "@/components/ui/avatar";
import { CloudBadge } from "@/components/ui/cloud-badge";
import { cn } from "@/components/ui/cn";
import { GroupBadge } from "@/components/ui/group-badge";
import { VerifiedMark } from "@/components/ui/verified-mark";

type PersonProps = {
  name: string;
  /** Empty for a person of the same cloud. */
  provider: string;
  /** A second thing to know them by, such as a mail address. */
  mail?: string;
  size?: "sm" | "md";
  /** Several people under one name. */
  isGroup?: boolean | undefined;
  /** Words were compared with this contact. */
  isVerified?: boolean | undefined;
  className?: string;
};

/** Who, and from which cloud: round and square, told apart at a glance. */
export function Person({ name, provider, mail, size = "md", isGroup, isVerified, className }: PersonProps) {
  const where = isGroup ? "Group on this cloud" : "This cloud";
  return (
    <span className={cn("flex min-w-0 items-center gap-3", className)}>
      {isGroup ? <GroupBadge name={name} size={size} /> : <Avatar name={name} size={size} />}
      <span className="flex min-w-0 flex-col">
        <span className="flex min-w-0 items-center gap-1">
          <span className="truncate font-medium">{name}</span>
          {isVerified && <VerifiedMark />}
        </span>
        <span className="flex min-w-0 items-center gap-2 text-muted text-sm">
          {provider ? <CloudBadge provider={provider} /> : <span className="truncate">{mail || where}</span>}
          {provider && mail && <span className="truncate text-faint max-sm:hidden">{mail}</span>}
        </span>
      </span>
    </span>
  );
}
