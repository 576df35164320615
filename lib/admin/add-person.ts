import { recordAudit } from "@/lib/audit/record";
import type { Tx } from "@/lib/core/db";
import { createUser, type prepareUser } from "@/lib/identity/change-users";
import type { Person } from "@/lib/identity/users";

/**
 * A new person with all that belongs to one: the account, and the root of the files.
 *
 * @throws PERSON_EXISTS
 */
export async function addPerson(
  tx: Tx,
  siteId: string,
  actor: string,
  prepared: Awaited<ReturnType<typeof prepareUser>>,
): Promise<Person> {
  const person = await createUser(tx, siteId, prepared);
  const detail = { userName: person.userName, isAdmin: person.isAdmin };
  await recordAudit(tx, siteId, { actor, action: "person-created", subject: `user:${person.id}`, detail });
  return person;
}
