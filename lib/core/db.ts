import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { type Prisma, PrismaClient } from "@/prisma/generated/client";
import { config } from "./config";
import { AppError } from "./errors";
import { logger } from "./logger";
import { once } from "./once";
import { type Asked, oneMessage } from "./one-message";

export type Tx = Prisma.TransactionClient;

/** One that is prepared once for a connection. */
export type Statement = { name: string; text: string; values: unknown[] };

/** The shared connections, or a transaction on one of them. */
export type Queryable = Pick<pg.ClientBase, "query">;

/** What takes prepared statements alone: one of those, or a transaction in one message (`commitTogether`). */
export type StatementClient = {
  query<Row extends pg.QueryResultRow>(statement: Statement): Promise<pg.QueryResult<Row>>;
};

/** What the connections of a process are called, by whether it knows of a bucket: who moves bytes there asks for others. */
export const applicationName = (hasBucket: boolean) => (hasBucket ? "tessera with a bucket" : "tessera");

/** The connections of this process. For the few statements whose speed is felt; everything else uses `db()`. */
export function pool(): pg.Pool {
  return once("pool", () => {
    const { url, pool: max } = config().database;
    // Statements go out as they come, and do not wait for the answer to the one before.
    const application_name = applicationName(config().store.s3 !== null);
    const made = new pg.Pool({ connectionString: url, max, pipeline: true, application_name });
    // A connection that the server ends (a restart, say) must not end this process, idle or not.
    made.on("error", (error) => logger("core").warn({ error: error.message }, "database connection lost"));
    made.on("connect", (client) => {
      client.on("error", () => {});
      // A plan is kept for as long as its connection. Made while a table was small it would read all of it, still when
      // that has grown; whatever has an index is looked up by it. What has none costs more than it does, by the look of it,
      // and before PostgreSQL 18 that would be worth compiling.
      client.query("SET enable_seqscan = off; SET jit = off").catch(() => {});
    });
    return made;
  });
}

/** Under load a transaction waits for a connection rather than fail; one that runs longer than this is stuck. */
const PATIENCE = { maxWait: 10_000, timeout: 15_000 };

/** Prisma's client over the shared connections. */
export function db(): PrismaClient {
  return once("db", () => new PrismaClient({ adapter: new PrismaPg(pool()), transactionOptions: PATIENCE }));
}

/** Whether a write failed because there is a row of that unique key already. */
export function isDuplicate(error: unknown): boolean {
  const { code, meta } = error as { code?: string; meta?: { driverAdapterError?: { cause?: { kind?: string } } } };
  // As Prisma says it of its own writes, as PostgreSQL does, and as Prisma does of a statement.
  return code === "P2002" || code === "23505" || meta?.driverAdapterError?.cause?.kind === "UniqueConstraintViolation";
}

/** For `.catch()` of a write: turns the violation of a unique key into a 409 with this code. */
export function onDuplicate(code: string, message: string): (error: unknown) => never {
  return (error) => {
    throw isDuplicate(error) ? new AppError(409, code, message, { cause: error }) : error;
  };
}

/** What a transaction can do by a statement: all that the busiest writers ask of the one that they are in. */
export type StatementTx = {
  /** Returns how many rows it wrote. */
  $executeRaw(statement: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
};

/**
 * A transaction of statements alone, several times as cheap as Prisma's: each is prepared once for a connection, and all
 * of them make one journey to the database, as in `commitTogether`. Who writes by statements takes a `StatementTx`, and
 * so works in both.
 */
export const transactStatements = <T>(work: (tx: StatementTx) => Promise<T>): Promise<T> =>
  commitTogether((client) =>
    work({
      async $executeRaw(statement, ...values) {
        return (await client.query({ ...prepared(statement), values })).rowCount ?? 0;
      },
    }),
  );

type Prepared = { name: string; text: string };
const known = new WeakMap<TemplateStringsArray, Prepared>();

/** The text of a template, and what a connection knows it by once it has been prepared there: the same in every module graph. */
function prepared(statement: TemplateStringsArray): Prepared {
  const present = known.get(statement);
  if (present) return present;
  const text = statement.reduce((before, part, n) => `${before}$${n}${part}`);
  const made = { name: createHash("sha1").update(text).digest("base64"), text };
  known.set(statement, made);
  return made;
}

/**
 * A transaction of statements that need nothing of each other's answers: they travel as one message, and are answered when
 * they are committed. `work` asks all of them at once, before it waits for anything; what is wrong has to fail in the
 * database. When it fails before that, nothing is sent.
 */
export async function commitTogether<T>(work: (client: StatementClient) => Promise<T>): Promise<T> {
  const asked: Asked[] = [];
  let isComplete = false;
  let hasFailed = false;
  let failure: (Error & { severity?: string }) | undefined;
  const query = (statement: Statement) =>
    new Promise<pg.QueryResult>((resolve, reject) => {
      hasFailed ||= isComplete;
      if (isComplete) throw new Error("A statement came after the commit.");
      const settle: Asked["settle"] = (error, answer) => {
        failure ??= error ?? undefined;
        if (error) reject(error);
        else resolve(answer);
      };
      asked.push({ statement, settle });
    });
  const worked = work({ query });
  isComplete = true;
  worked.catch(() => (hasFailed = true));
  const client = await pool().connect();
  try {
    if (!hasFailed) client.query(oneMessage(asked));
    return await worked;
  } finally {
    // After what the server says of a statement a connection is as good as before; not after it said goodbye.
    client.release(failure?.severity === "ERROR" ? undefined : failure);
  }
}

/** Runs `work` between `begin`, which goes out together with its first statement, and a commit. */
export async function inTransaction<T>(begin: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let lost: Error | undefined;
  try {
    const { stream } = client.connection;
    stream.cork(); // what is said in one breath travels as one message
    const begun = client.query(begin);
    const worked = work(client);
    process.nextTick(() => stream.uncork());
    const [, result] = await Promise.all([begun, worked]);
    const { command } = await client.query("COMMIT");
    if (command !== "COMMIT") throw new Error("A transaction was committed after one of its statements had failed.");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failure) => {
      lost = failure;
    });
    throw error;
  } finally {
    client.release(lost);
  }
}

/** Closes every connection; what still runs is awaited. */
export async function closeDb(): Promise<void> {
  await db().$disconnect();
  await pool().end();
}
