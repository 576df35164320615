import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import type { UserPrincipal } from "@/lib/core/principal";
import { findBegunSession } from "@/lib/identity/sessions";
import type { Site } from "@/lib/sites/sites";
import { findSessionOfRequest, type HeaderReader, siteOfRequest } from "./incoming";
import { onTheWayTo } from "./session-cookie";

async function reader(): Promise<HeaderReader> {
  const all = await headers();
  return (name) => all.get(name);
}

/** The site that this page is of. */
export async function pageSite(): Promise<Site> {
  return siteOfRequest(await reader());
}

/** From where this page is looked at. */
export async function pageAddress(): Promise<string> {
  return (await reader())("x-tessera-address") ?? "unknown";
}

/** Who looks at this page, or null; also while a first password waits to be replaced. */
export async function findUser(): Promise<UserPrincipal | null> {
  return (await findLive())?.user ?? null;
}

/** Who looks at this page with a password given and a second factor still to be shown, or null. */
export async function findHalfSignedIn(): Promise<UserPrincipal | null> {
  const read = await reader();
  const site = await siteOfRequest(read);
  const begun = await findSessionOfRequest(site, read, findBegunSession);
  return begun && !(await findSessionOfRequest(site, read)) ? begun.user : null;
}

async function findLive() {
  const read = await reader();
  return findSessionOfRequest(await siteOfRequest(read), read);
}

/** Who looks at this page. Anyone else is sent to sign in and comes back; a first password is replaced before. */
export async function requireUser(): Promise<UserPrincipal> {
  const session = await findLive();
  const next = encodeURIComponent(await currentPath());
  if (!session) redirect(`/sign-in?next=${next}`);
  if (session.mustChangePassword) redirect(`/change-password?next=${next}`);
  return session.user;
}

/** For `/change-password` alone: whoever is signed in, whatever the password is. */
export async function requireUserWithAnyPassword(): Promise<UserPrincipal> {
  return (await findUser()) ?? redirect("/sign-in");
}

/** As `requireUser`; to all but administrators the page does not exist. */
export async function requireAdmin(): Promise<UserPrincipal> {
  const user = await requireUser();
  return user.isAdmin ? user : notFound();
}

/** Where somebody was going whose sign-in elsewhere has just failed, or null. */
export async function pageOnTheWay(): Promise<string | null> {
  const read = await reader();
  return onTheWayTo(await siteOfRequest(read), read("cookie"));
}

async function currentPath(): Promise<string> {
  const url = new URL((await reader())("x-tessera-target") ?? "/", "http://page");
  url.searchParams.delete("_rsc"); // Next's own, on a navigation
  return url.pathname + url.search;
}
