import {
  Clock,
  FolderClosed,
  Inbox,
  type LucideIcon,
  MailPlus,
  Settings,
  ShieldCheck,
  SquareArrowOutUpRight,
  Star,
  Trash2,
  UsersRound,
} from "lucide-react";

export type NavItem = { href: string; label: string; icon: LucideIcon };

export const FILES: NavItem = { href: "/files", label: "Files", icon: FolderClosed };
export const RECENT: NavItem = { href: "/recent", label: "Recent", icon: Clock };
export const FAVOURITES: NavItem = { href: "/favourites", label: "Favourites", icon: Star };
export const SHARED_WITH_ME: NavItem = { href: "/shared-with-me", label: "Shared with me", icon: Inbox };
export const SHARED_BY_ME: NavItem = { href: "/shared-by-me", label: "Shared by me", icon: SquareArrowOutUpRight };
export const CONTACTS: NavItem = { href: "/contacts", label: "Contacts", icon: UsersRound };
export const INVITES: NavItem = { href: "/invites", label: "Invites", icon: MailPlus };
export const TRASH: NavItem = { href: "/trash", label: "Trash", icon: Trash2 };
export const SETTINGS: NavItem = { href: "/settings", label: "Settings", icon: Settings };
export const ADMINISTRATION: NavItem = { href: "/admin/people", label: "Administration", icon: ShieldCheck };

/** Whether a path is in the part of the site that the item leads to. */
export function isWithin(item: NavItem, pathname: string): boolean {
  const root = `/${item.href.split("/")[1]}`;
  return pathname === root || pathname.startsWith(`${root}/`);
}
