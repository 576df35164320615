import { addPerson } from "@/lib/admin/add-person";
import { config } from "@/lib/core/config";
import { closeDb, db } from "@/lib/core/db";
import { prepareUser } from "@/lib/identity/change-users";
import { findUserByLogin } from "@/lib/identity/users";
import { ensureFirstSite, finishSetUp } from "@/lib/sites/first-site";
import type { Site } from "@/lib/sites/sites";
import { addFiles } from "./seed-files";

// Fills a cloud of the demo: its administrator, two people and their files, where they are missing. Prints who can
// sign in as JSON, and nothing else on standard output.

type Login = { name: string; userName: string; password: string; role: "Administrator" | "Person" };

const login = (userName: string, role: Login["role"] = "Person"): Login => ({
  name: userName.charAt(0).toUpperCase() + userName.slice(1),
  userName,
  password: `${userName}-of-the-demo`,
  role,
});

/** The clouds of the demo are a.localhost and b.localhost; everybody has a name of their own. */
function logins(): Login[] {
  const isSecond = new URL(config().publicOrigin).hostname.startsWith("b.");
  const people = isSecond ? ["bob", "dave"] : ["alice", "carol"];
  return [login("admin", "Administrator"), ...people.map((userName) => login(userName))];
}

async function addMissing(site: Site, { name, userName, password, role }: Login): Promise<void> {
  if (await findUserByLogin(site.id, userName)) return;
  const isAdmin = role === "Administrator";
  const mail = `${userName}@example.org`;
  const prepared = await prepareUser({ userName, displayName: name, mail, password, isAdmin });
  const { id } = await db().$transaction((tx) => addPerson(tx, site.id, "operator", prepared));
  const person = { siteId: site.id, userId: id, sessionId: "", userName, displayName: name, isAdmin };
  if (!isAdmin) await addFiles({ kind: "user", ...person });
}

async function main(): Promise<void> {
  process.env.LOG_LEVEL = "silent";
  const site = await ensureFirstSite();
  const people = logins();
  for (const one of people) await addMissing(site, one);
  await db().$transaction((tx) => finishSetUp(tx, site.id, null));
  await closeDb();
  process.stdout.write(`${JSON.stringify({ people })}\n`);
}

main().catch((error) => {
  process.stderr.write(`The demo could not be filled: ${error.message}\n`);
  process.exit(1);
});
