import { pool } from "@/lib/core/db";

export type Which = { siteId: string; groupId: string };

/** What differs from the membership is asked for in one statement each: mostly nothing does. */
export const findInGroup = async <Row extends object>(statement: string, { siteId, groupId }: Which): Promise<Row[]> =>
  (await pool().query<Row>(statement, [siteId, groupId])).rows;

/** In SQL: a share of this site that has not ended. */
export const STANDS = `"revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now())`;
