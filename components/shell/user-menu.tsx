"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, Copy, LogOut, Settings } from "lucide-react";
import { useRouter } from "next/navigation";
import { copyAddress } from "@/components/shell/copy-address";
import { accountQuery } from "@/components/shell/queries";
import { signOutHere } from "@/components/shell/sign-out";
import { THEMES, useTheme } from "@/components/shell/theme";
import { Avatar } from "@/components/ui/avatar";
import { Menu } from "@/components/ui/menu";

export function UserMenu() {
  const { data: account } = useQuery(accountQuery);
  const [theme, chooseTheme] = useTheme();
  const router = useRouter();
  if (!account) return <div className="h-12" />;

  return (
    <Menu
      side="top"
      align="start"
      header={
        <div className="px-2 pt-1.5 pb-2">
          <p className="truncate font-medium">{account.displayName}</p>
          <p className="truncate text-faint text-sm">{account.mail ?? account.userName}</p>
        </div>
      }
      actions={[
        { label: "Copy my cloud address", icon: Copy, onSelect: () => copyAddress(account.cloudAddress) },
        { label: "Settings", icon: Settings, onSelect: () => router.push("/settings") },
        null,
        ...THEMES.map(({ value, label, icon }) => ({
          label,
          icon,
          isChosen: theme === value,
          onSelect: () => chooseTheme(value),
        })),
        null,
        { label: "Sign out", icon: LogOut, onSelect: () => void signOutHere() },
      ]}
      trigger={
        <button
          type="button"
          aria-label={`Account of ${account.displayName}`}
          className="flex h-12 w-full items-center gap-2.5 rounded-md px-2 text-start hover:bg-hover data-[state=open]:bg-hover"
        >
          <Avatar name={account.displayName} size="sm" />
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium text-sm">{account.displayName}</span>
            <span className="block truncate text-faint text-xs">{account.site.provider}</span>
          </span>
          <ChevronsUpDown aria-hidden className="size-4 text-faint" />
        </button>
      }
    />
  );
}
