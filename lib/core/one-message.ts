import pg from "pg";
import type { Statement } from "./db";

type Failure = Error & { code?: string };

/** A statement, and who is told what became of it. */
export type Asked = { statement: Statement; settle: (error: Failure | null, answer: pg.QueryResult) => void };

/** What the driver's own query has beside what its types say. */
type Query = pg.Query & {
  name: string | undefined;
  text: string | undefined;
  callback: Asked["settle"];
  /** Returns what is wrong with it. */
  submit(connection: Connection): Error | null;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleReadyForQuery(connection: Connection): void;
  handleError(error: Failure, connection: Connection): void;
};
type Connection = pg.Connection & { sync(): void; submittedNamedStatements: Record<string, unknown> };

/**
 * Statements that a connection sends as one message (`client.query(oneMessage(…))`): the server takes all of them as one
 * transaction, which it commits when all went well, and answers in one message too. Each is told when it is committed;
 * when one fails, that one first, and then those that therefore are undone or did not run.
 *
 * @see PostgreSQL, "Frontend/Backend Protocol", "Pipelining"
 */
export function oneMessage(asked: Asked[]): pg.Query {
  const queries = asked.map(({ statement, settle }) =>
    Object.assign(new pg.Query(statement) as Query, { callback: settle }),
  );
  let answered = 0;
  const message = new pg.Query("") as Query;

  /** The driver knows by these what a connection has prepared: they are of the statement that the server is at. */
  const nameCurrent = () => {
    message.name = queries[answered]?.name;
    message.text = queries[answered]?.text;
  };
  nameCurrent();

  return Object.assign(message, {
    submit(connection: Connection) {
      // By itself each would end with a message of its own; so it also would if it could not be said.
      let refusal: Error | null = null;
      const unended = Object.create(connection, {
        sync: { value: () => {} },
        close: { value: () => (refusal = new Error("A value cannot be told to PostgreSQL.")) },
      }) as Connection;
      connection.stream.cork();
      for (const query of queries) refusal = query.submit(unended) ?? refusal;
      // Nothing has left yet, and without an end nothing would count.
      if (refusal) connection.stream.destroy(refusal);
      else connection.sync();
      connection.stream.uncork();
    },
    handleRowDescription: (told: unknown) => queries[answered]?.handleRowDescription(told),
    handleDataRow: (told: unknown) => queries[answered]?.handleDataRow(told),
    handleCommandComplete(told: unknown, connection: Connection) {
      queries[answered++]?.handleCommandComplete(told, connection);
      nameCurrent();
    },
    handleReadyForQuery(connection: Connection) {
      for (const query of queries) query.handleReadyForQuery(connection);
    },
    handleError(error: Failure, connection: Connection) {
      const failed = queries[answered];
      failed?.handleError(error, connection);
      for (const { name } of queries.slice(answered + 1)) delete connection.submittedNamedStatements[String(name)]; // not prepared
      const why = failed ? undone() : error; // with none it failed as it was committed
      setImmediate(() => {
        for (const query of queries) if (query !== failed) query.handleError(why, connection);
      });
    },
  });
}

const undone = () => Object.assign(new Error("Another statement of this transaction failed."), { code: "25P02" });
