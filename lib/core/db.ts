import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Prisma, PrismaClient } from "@/prisma/generated/client";
import { config } from "./config";
import { AppError } from "./errors";
import { logger } from "./logger";
import { once } from "./once";

export type Tx = Prisma.TransactionClient;

/** The connections of this process. For the few statements whose speed is felt; everything else uses `db()`. */
export function pool(): pg.Pool {
  return once("pool", () => {
    const made = new pg.Pool({ connectionString: config().database.url, max: config().database.pool });
    // A connection that the server ends (a restart, say) must not end this process, idle or not.
    made.on("error", (error) => logger("core").warn({ error: error.message }, "database connection lost"));
    made.on("connect", (client) => client.on("error", () => {}));
    return made;
  });
}

/** Under load a transaction waits for a connection rather than fail; one that runs longer than this is stuck. */
const PATIENCE = { maxWait: 10_000, timeout: 15_000 };

/** Prisma's client over the shared connections. */
export function db(): PrismaClient {
  return once("db", () => new PrismaClient({ adapter: new PrismaPg(pool()), transactionOptions: PATIENCE }));
}

const violates = (error: unknown, prismaCode: string, sqlState: string) => {
  const { code, meta } = error as { code?: string; meta?: { code?: string } };
  return code === prismaCode || code === sqlState || meta?.code === sqlState;
};

/** For `.catch()` of a write: turns the violation of a unique key into a 409 with this code. */
export function onDuplicate(code: string, message: string): (error: unknown) => never {
  return (error) => {
    if (violates(error, "P2002", "23505")) throw new AppError(409, code, message, { cause: error });
    throw error;
  };
}

/** Closes every connection; what still runs is awaited. */
export async function closeDb(): Promise<void> {
  await db().$disconnect();
  await pool().end();
}
