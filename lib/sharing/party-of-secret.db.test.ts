import { expect, it, vi } from "vitest";
import { db, pool } from "@/lib/core/db";
import { encryptSecret } from "@/lib/core/secrets";
import { partyOfSecret } from "@/lib/sharing/party-of-secret";
import { makeUser } from "@/tests/make";

const BODY = { notificationType: "SHARE_UNSHARED", resourceType: "folder" };

it("finds who has the secret by the id that is said, however much is shared with this site", async () => {
  const { siteId, userId: receiverId } = await makeUser();
  const about = { sender: "a@b", owner: "a@b", shareWith: "b@c", senderName: "Alice", name: "Photos" };
  const made = { siteId, receiverId, ...about, resourceType: "folder", role: "viewer" } as const;
  const row = (provider: string, providerId: string, secret = "another") => ({
    ...{ ...made, provider, providerId, secretEncrypted: encryptSecret("share-secret", secret) },
  });
  const rows = Array.from({ length: 2000 }, (_, n) => row("many.example.org", `id-${n}`));
  await db().receivedShare.createMany({
    data: [...rows, row("a.example.org", "7"), row("b.example.org", "7", "the one")],
  });
  await pool().query(`VACUUM ANALYZE "ReceivedShare"`);
  const query = vi.spyOn(pool(), "query"); // looks on; the statement runs

  const party = await partyOfSecret(siteId, { ...BODY, providerId: "7", notification: { sharedSecret: "the one" } });

  const [sql, values] =
    (query.mock.calls as unknown[][]).find(([text]) => String(text).includes(`FROM "ReceivedShare"`)) ?? [];
  query.mockRestore();
  const plan = await pool().query(`EXPLAIN ${sql}`, values as unknown[]);
  expect(party).toBe("b.example.org");
  expect(JSON.stringify(plan.rows)).toContain("ReceivedShare_live_providerId");
});
