import { createHmac } from "node:crypto";
import pg from "pg";
import { Plain } from "./plain.mjs";

/** Whether the database answers at this moment. */
export async function canConnect(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Connects, does the work, and disconnects. @throws Plain with a sentence when it cannot connect. */
export async function withClient(url, work) {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

async function connect(url) {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new Plain("DATABASE_URL is not a URL of the form postgresql://user:password@host:5432/database.");
  }
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {}); // a lost connection shows in the query that runs
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw plainConnectError(error, new URL(url));
  }
}

function plainConnectError(error, { username, hostname, port, pathname }) {
  const where = `${hostname}:${port || 5432}`;
  switch (error.code ?? error.errors?.[0]?.code) {
    case "28P01":
    case "28000":
      return new Plain(`The database at ${where} refuses the user ${username} or the password. Check DATABASE_URL.`);
    case "3D000":
      return new Plain(
        `The database ${pathname.slice(1)} does not exist at ${where}. Create it, or check DATABASE_URL.`,
      );
    case "53300":
      return new Plain(`The database at ${where} has no connection left for us.`);
    case "53100":
      return new Plain(`The disk of the database at ${where} is full.`);
    default:
      return new Plain(
        `The database at ${where} cannot be reached (${error.message || error.code}). Check DATABASE_URL.`,
      );
  }
}

/**
 * Makes, where missing, a database and the role that owns it and nothing else; returns the URL for that role.
 * Its password is derived from the cluster's, so that nothing more needs to be kept.
 */
export async function ensureOwnDatabase(cluster, name) {
  const password = createHmac("sha256", cluster.password).update(name).digest("base64url");
  await withClient(cluster.urlOf("postgres"), async (client) => {
    const exists = async (query) => (await client.query(query, [name])).rowCount === 1;
    const id = client.escapeIdentifier(name);
    if (!(await exists("SELECT FROM pg_roles WHERE rolname = $1"))) {
      const rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION";
      await client.query(`CREATE ROLE ${id} ${rights} PASSWORD ${client.escapeLiteral(password)}`);
    }
    if (!(await exists("SELECT FROM pg_database WHERE datname = $1"))) {
      await client.query(`CREATE DATABASE ${id} OWNER ${id}`);
    }
    for (const closed of [id, "postgres", "template1"])
      await client.query(`REVOKE ALL ON DATABASE ${closed} FROM PUBLIC`);
  });
  return cluster.urlOf(name, name, password);
}
