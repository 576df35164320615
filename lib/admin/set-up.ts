import { z } from "zod";
import { config } from "@/lib/core/config";
import { db } from "@/lib/core/db";
import { conflict, invalid } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { hashSecret, isSameHash } from "@/lib/core/secrets";
import { prepareUser } from "@/lib/identity/change-users";
import { DisplayName, Mail, NewPassword, type SetUpInput, UserName } from "@/lib/identity/schema";
import { limit } from "@/lib/limits/limit";
import { networkOf } from "@/lib/limits/network";
import { finishSetUp } from "@/lib/sites/first-site";
import { forgetSites, getSite, type Site } from "@/lib/sites/sites";
import { addPerson } from "./add-person";

/** Whether the set-up page is open to whoever holds this code. */
export function canSetUp(site: Site, code: string): boolean {
  const { setUpAt, setupCodeHash } = site;
  return setUpAt === null && setupCodeHash !== null && isSameHash(setupCodeHash, hashSecret("setup-code", code));
}

/**
 * Names the site and makes its administrator. Works once: of two at the same time one is told so.
 *
 * @throws SETUP_CODE_WRONG, TOO_MANY_REQUESTS
 */
export async function setUp(siteId: string, input: SetUpInput, address: string): Promise<void> {
  await limit({ siteId, key: `set-up:${networkOf(address)}`, max: 20, seconds: 600 });
  const { code, siteName, ...person } = input;
  forgetSites(); // the code may be a moment old
  if (!canSetUp(await getSite(siteId), code)) throw closed();
  const prepared = await prepareUser({ ...person, isAdmin: true });
  await db().$transaction(async (tx) => {
    if (!(await finishSetUp(tx, siteId, code, siteName))) throw closed();
    await addPerson(tx, siteId, "operator", prepared);
  });
  forgetSites();
  logger("admin").info({ siteId }, "site set up");
}

const closed = () =>
  conflict("SETUP_CODE_WRONG", "This link does not open the set-up any more. The console shows the present one.");

const FirstAdmin = z.object({
  ADMIN_USER: UserName,
  ADMIN_PASSWORD: NewPassword,
  ADMIN_NAME: DisplayName.optional(),
  ADMIN_MAIL: Mail.optional(),
});

/**
 * Makes the administrator whom `ADMIN_*` names, if nobody has set this site up yet. Otherwise does nothing.
 *
 * @throws ADMIN_INVALID
 */
export async function ensureFirstAdmin(site: Site): Promise<void> {
  const { admin } = config().firstRun;
  if (!admin || site.setUpAt !== null) return;
  const { userName, password, name = userName, mail } = admin;
  const parsed = FirstAdmin.safeParse({
    ADMIN_USER: userName,
    ADMIN_PASSWORD: password,
    ADMIN_NAME: name,
    ADMIN_MAIL: mail,
  });
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(({ path, message }) => `${path[0]?.toString()}: ${message}`);
    throw invalid("ADMIN_INVALID", `The administrator cannot be made. ${reasons.join(" ")}`);
  }
  const prepared = await prepareUser({ userName, password, mail, displayName: name, isAdmin: true });
  await db().$transaction(async (tx) => {
    if (!(await finishSetUp(tx, site.id, null))) return;
    await addPerson(tx, site.id, "operator", prepared);
  });
  forgetSites();
  logger("admin").info({ siteId: site.id }, "administrator created from the environment");
}
