"use client";

import { useQuery } from "@tanstack/react-query";
import { Ban, CircleCheck, KeyRound, MoreHorizontal, Pencil, Smartphone } from "lucide-react";
import { useUpdatePerson } from "@/components/admin/queries";
import { accountQuery } from "@/components/shell/queries";
import { Avatar } from "@/components/ui/avatar";
import { Badge } from "@/components/ui/badge";
import { formatSize } from "@/components/ui/format";
import { IconButton } from "@/components/ui/icon-button";
import { ListRow } from "@/components/ui/list";
import { Menu } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import type { PersonView } from "@/lib/identity/schema";

type PersonRowProps = {
  person: PersonView;
  onEdit: () => void;
  onResetPassword: () => void;
  onResetSecondFactor: () => void;
};

export function PersonRow({ person, onEdit, onResetPassword, onResetSecondFactor }: PersonRowProps) {
  const { data: account } = useQuery(accountQuery);
  const update = useUpdatePerson();

  function setDisabled(isDisabled: boolean) {
    const undo = { label: "Undo", onClick: () => setDisabled(!isDisabled) };
    update.mutate(
      { id: person.id, isDisabled },
      {
        onSuccess: () =>
          toast(
            isDisabled
              ? `${person.displayName} is signed out everywhere and cannot sign in.`
              : `${person.displayName} can sign in again.`,
            { action: undo },
          ),
        onError: toast.failed,
      },
    );
  }

  const standing = person.isDisabled
    ? { label: "Enable", icon: CircleCheck, onSelect: () => setDisabled(false) }
    : { label: "Disable", icon: Ban, onSelect: () => setDisabled(true), isDanger: true };
  // Nobody disables himself, and one's own password is changed in the settings.
  const ofOthers =
    account?.id === person.id
      ? []
      : [
          { label: "Reset password…", icon: KeyRound, onSelect: onResetPassword },
          ...(person.hasSecondFactor
            ? [{ label: "Reset second factor…", icon: Smartphone, onSelect: onResetSecondFactor }]
            : []),
          null,
          standing,
        ];
  const storage = person.limit === null ? ", no limit" : ` of ${formatSize(person.limit)}`;
  return (
    <ListRow
      data-testid="person-row"
      end={
        <>
          {person.isAdmin && <Badge tone="accent">Administrator</Badge>}
          {person.isDisabled && <Badge tone="warning">Disabled</Badge>}
          <span className="text-muted text-sm tabular-nums max-sm:hidden">
            {formatSize(person.used)}
            {storage}
          </span>
        </>
      }
      menu={
        <Menu
          trigger={
            <IconButton label={`Change ${person.displayName}`} size="sm">
              <MoreHorizontal />
            </IconButton>
          }
          actions={[{ label: "Edit…", icon: Pencil, onSelect: onEdit }, ...ofOthers]}
        />
      }
    >
      <span className="flex min-w-0 items-center gap-3">
        <Avatar name={person.displayName} />
        <span className="flex min-w-0 flex-col">
          <span className="truncate font-medium">{person.displayName}</span>
          <span className="truncate text-muted text-sm">
            {person.userName}
            {person.mail && `, ${person.mail}`}
          </span>
        </span>
      </span>
    </ListRow>
  );
}
