import type pg from "pg";
import type { CloudClient } from "../cloud-client";

/** What an administrator may import. */
export const CLOUDS_TO_IMPORT = [
  { domain: "cloud.town.example.org", full_name: "Town hall" },
  { domain: "files.school.example.org", full_name: "School by the river" },
  { domain: "research-data.department-of-geography.university.example.org", full_name: "Department of Geography" },
];

/** Each cloud publishes its directory and follows the other's. */
export async function publishAndFollow(one: CloudClient, other: CloudClient): Promise<void> {
  const publish = (admin: CloudClient, federation: string) =>
    admin.json<{ url: string; key: string }>("PUT", "/api/admin/directories/own", { federation, isPublished: true });
  const [, theirs] = [await publish(one, "Our town"), await publish(other, "Clouds along the river")];
  await one.json("POST", "/api/admin/directories", { url: theirs.url, key: theirs.key, isTrusted: true });
}

/** Clouds that are trusted, blocked, and known for long: a month with one of them is written down as if it had been. */
export async function showManyClouds(admin: CloudClient, friend: string, pool: pg.Pool): Promise<void> {
  const file = JSON.stringify(CLOUDS_TO_IMPORT);
  await admin.json("POST", "/api/admin/providers-file", { file, isConfirmed: true });
  await admin.json("POST", "/api/admin/providers", { domain: friend });
  await admin.json("POST", "/api/admin/providers", { domain: "spam.example.net", standing: "blocked" });
  await pool.query(
    `INSERT INTO "ProviderDay" ("siteId", provider, day, answered, "latencyMs", failed, failure)
     SELECT "siteId", provider, current_date - n, 20 + 7 * n % 31, (20 + 7 * n % 31) * (18 + 11 * n % 40),
            CASE n WHEN 3 THEN 12 WHEN 8 THEN 2 ELSE 0 END,
            CASE n WHEN 3 THEN 'The other cloud did not answer in time.' WHEN 8 THEN 'The other cloud says that it is busy.' END
     FROM "Provider", generate_series(1, 13) n WHERE provider = $1 ON CONFLICT DO NOTHING`,
    [friend],
  );
  await pool.query(
    `INSERT INTO "ProviderKey" ("siteId", provider, fingerprint, kid, alg, "firstSeenAt", "lastSeenAt")
     SELECT "siteId", provider, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k', 'key-0', 'Ed25519',
            now() - interval '400 days', now() - interval '35 days'
     FROM "Provider" WHERE provider = $1`,
    [friend],
  );
  await pool.query(`UPDATE "Provider" SET "firstSeenAt" = now() - interval '400 days' WHERE provider = $1`, [friend]);
  await pool.end();
}
