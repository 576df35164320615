"use client";

import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Copy, FileSearch, LogOut, Monitor, Moon, Search, Sun, UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import * as RadixDialog from "radix-ui/dialog";
import { useState } from "react";
import { searchHref } from "@/components/search/search-filter";
import { copyAddress } from "@/components/shell/copy-address";
import {
  ADMINISTRATION,
  CONTACTS,
  FAVOURITES,
  FILES,
  INVITES,
  RECENT,
  SETTINGS,
  SHARED_BY_ME,
  SHARED_WITH_ME,
  TRASH,
} from "@/components/shell/nav-items";
import { accountQuery } from "@/components/shell/queries";
import { signOutHere } from "@/components/shell/sign-out";
import { useTheme } from "@/components/shell/theme";
import { type Choice, useFound } from "@/components/shell/use-found";
import { useFocusBack } from "@/components/ui/focus";

const PLACES = [FILES, FAVOURITES, RECENT, SHARED_WITH_ME, SHARED_BY_ME, TRASH, CONTACTS, INVITES, SETTINGS];

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const { data: account } = useQuery(accountQuery);
  const [, chooseTheme] = useTheme();
  const giveFocusBack = useFocusBack();
  const [search, setSearch] = useState("");
  const found = useFound(search.trim().toLocaleLowerCase());

  const places = [...PLACES, ...(account?.isAdmin ? [ADMINISTRATION] : [])].map(({ href, label, icon }) => ({
    label,
    icon,
    run: () => router.push(href),
  }));
  const words = search.trim();
  const inFiles: Choice = {
    key: "search-files",
    label: words === "" ? "Search files" : `Search files for “${words}”`,
    icon: FileSearch,
    run: () => router.push(searchHref({ q: words })),
  };
  const actions: Choice[] = [
    { label: "Invite someone", icon: UserPlus, run: () => router.push("/invites") },
    { label: "Copy my cloud address", icon: Copy, run: () => copyAddress(account?.cloudAddress ?? "") },
    { label: "Light theme", icon: Sun, run: () => chooseTheme("light") },
    { label: "Dark theme", icon: Moon, run: () => chooseTheme("dark") },
    { label: "Follow the system’s theme", icon: Monitor, run: () => chooseTheme("system") },
    { label: "Sign out", icon: LogOut, run: () => void signOutHere() },
  ];

  /** With `always` it stands there whatever is typed. */
  const group = (heading: string, choices: Choice[], { always = false } = {}) => (
    <Command.Group
      heading={heading}
      forceMount={always}
      className="p-1.5 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs"
    >
      {choices.map(({ key, label, also, icon: Icon, run }) => (
        <Command.Item
          key={key ?? label}
          value={key ?? label}
          forceMount={always}
          keywords={[label, ...(also ? [also] : [])]}
          onSelect={() => {
            onClose();
            run();
          }}
          className="flex h-9 select-none items-center gap-2.5 rounded-sm px-2 data-[selected=true]:bg-hover"
        >
          <Icon aria-hidden className="size-4 text-faint" />
          <span className="truncate">{label}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );

  return (
    <RadixDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <RadixDialog.Content
          aria-describedby={undefined}
          onCloseAutoFocus={giveFocusBack}
          className="fixed inset-x-3 top-[12dvh] z-40 mx-auto max-w-136 animate-rise overflow-hidden rounded-lg border bg-raised shadow-pop outline-none"
        >
          <RadixDialog.Title className="sr-only">Go to a page or do something</RadixDialog.Title>
          <Command loop label="Pages and actions">
            <div className="flex items-center gap-2.5 border-b px-3.5">
              <Search aria-hidden className="size-4 text-faint" />
              <Command.Input
                value={search}
                onValueChange={setSearch}
                placeholder="A page, a person, a file…"
                className="h-12 flex-1 bg-transparent text-lg outline-none"
              />
            </div>
            <Command.List className="max-h-[min(24rem,60dvh)] overflow-y-auto">
              <Command.Empty className="px-4 py-8 text-center text-muted">Nothing here has that name.</Command.Empty>
              {found.entries.length > 0 && group("In this folder", found.entries)}
              {found.elsewhere.length > 0 && group("Files", found.elsewhere)}
              {found.people.length > 0 && group("People", found.people)}
              {group("Go to", places)}
              {group("Do", actions)}
              {group("Search", [inFiles], { always: true })}
            </Command.List>
          </Command>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
