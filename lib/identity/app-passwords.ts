import type { z } from "zod";
import { db, type Tx } from "@/lib/core/db";
import { conflict, notFound } from "@/lib/core/errors";
import { futureExpiry } from "@/lib/core/expiry";
import { isId } from "@/lib/core/ids";
import type { SessionPrincipal } from "@/lib/core/principal";
import { hashSecret, randomLetters } from "@/lib/core/secrets";
import type { AppPassword } from "@/prisma/generated/client";
import { recordOwnChange } from "./record-own-change";
import { AppPasswordView, type CreateAppPasswordInput, type CreatedAppPassword } from "./schema";
import { requireSessionIn } from "./sessions";

const MAX_PER_PERSON = 50;
/** What begins so is an app password, or was meant to be one. */
const PREFIX = "app_";
const GROUPS = 7;
const GROUP = 4;

/** 138 random bits in groups that can be read out and typed: `app_k3mt-9xqa-…`. */
export function newAppPassword(): string {
  return PREFIX + Array.from({ length: GROUPS }, () => randomLetters(GROUP)).join("-");
}

/** The hash of what was typed, in whatever case; null if it cannot be an app password at all. */
export function hashAppPassword(typed: string): string | null {
  const secret = typed.trim().toLowerCase();
  return secret.startsWith(PREFIX) && secret.length < 100 ? hashSecret("app-password", secret) : null;
}

/**
 * Makes an app password; what it is can be read from this answer only.
 *
 * @throws NOT_SIGNED_IN, EXPIRY_PAST, TOO_MANY_APP_PASSWORDS
 */
export async function createAppPassword(
  user: SessionPrincipal,
  { name, scopes, expiresAt }: z.output<typeof CreateAppPasswordInput>,
): Promise<CreatedAppPassword> {
  const secret = newAppPassword();
  const added = { name, scopes, expiresAt: futureExpiry(expiresAt), secretHash: hashSecret("app-password", secret) };
  const row = await db().$transaction((tx) => addAppPassword(tx, user, added));
  return { ...viewAppPassword(row), secret };
}

type Added = Pick<AppPassword, "name" | "scopes" | "expiresAt" | "secretHash">;

/**
 * Adds an app password of which only the hash is known here.
 *
 * @throws NOT_SIGNED_IN, TOO_MANY_APP_PASSWORDS
 */
export async function addAppPassword(tx: Tx, user: SessionPrincipal, added: Added): Promise<AppPassword> {
  const { siteId, userId } = user;
  // One after the other, so that two at once do not both take the last place.
  await tx.$queryRaw`SELECT FROM "User" WHERE "siteId" = ${siteId}::uuid AND id = ${userId}::uuid FOR UPDATE`;
  // Whoever was shut out meanwhile, together with what he had made, makes nothing more.
  await requireSessionIn(tx, user);
  if ((await tx.appPassword.count({ where: { siteId, userId } })) >= MAX_PER_PERSON) throw tooManyAppPasswords();
  const created = await tx.appPassword.create({ data: { ...added, siteId, userId } });
  await recordOwnChange(tx, user, "app-password-created", { appPasswordId: created.id, scopes: added.scopes });
  return created;
}

/** The app passwords of a person, newest first, those that have expired among them. */
export async function listAppPasswords({ siteId, userId }: SessionPrincipal): Promise<AppPasswordView[]> {
  const rows = await db().appPassword.findMany({
    where: { siteId, userId },
    orderBy: { id: "desc" },
    take: MAX_PER_PERSON,
  });
  return rows.map(viewAppPassword);
}

/**
 * Ends an app password at once.
 *
 * @throws APP_PASSWORD_NOT_FOUND
 */
export async function revokeAppPassword(user: SessionPrincipal, id: string): Promise<void> {
  if (!isId(id) || (await revoke(user, id)) === 0)
    throw notFound("APP_PASSWORD_NOT_FOUND", "This app password has ended already.");
}

/** Ends all app passwords of a person at once. */
export async function revokeAllAppPasswords(user: SessionPrincipal): Promise<void> {
  await revoke(user);
}

/** The same for whoever got into an account: an administrator gives it a new password, or disables it. */
export async function endAppPasswords(tx: Tx, siteId: string, userId: string): Promise<void> {
  await tx.appPassword.deleteMany({ where: { siteId, userId } });
}

async function revoke(user: SessionPrincipal, id?: string): Promise<number> {
  const { siteId, userId } = user;
  return db().$transaction(async (tx) => {
    const { count } = await tx.appPassword.deleteMany({ where: { siteId, userId, id } });
    if (count > 0) await recordOwnChange(tx, user, "app-password-revoked", { appPasswordId: id ?? "all" });
    return count;
  });
}

function viewAppPassword({ createdAt, lastUsedAt, expiresAt, ...row }: AppPassword): AppPasswordView {
  return AppPasswordView.parse({
    ...row,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
    hasExpired: expiresAt !== null && expiresAt <= new Date(),
  });
}

const tooManyAppPasswords = () =>
  conflict("TOO_MANY_APP_PASSWORDS", `You have ${MAX_PER_PERSON} app passwords. Revoke one that you do not need.`);
