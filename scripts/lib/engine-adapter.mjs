import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { parse } from "pg-connection-string";

/** PostgreSQL's one-byte type "char", used by its catalogues only. */
const CHAR = 18;
const TEXT = 25;

/** The adapter refuses columns of type "char", which the engine reads from the catalogues and wants as `Character`. */
function readCharColumns(queryable) {
  const { queryRaw, performIO } = queryable; // methods of the prototype
  queryable.queryRaw = async (query) => {
    const positions = [];
    const performing = async (request) => {
      const result = await performIO.call(queryable, request);
      for (const [position, field] of result.fields.entries()) {
        if (field.dataTypeID !== CHAR) continue;
        field.dataTypeID = TEXT;
        positions.push(position);
      }
      return result;
    };
    const result = await queryRaw.call(Object.create(queryable, { performIO: { value: performing } }), query);
    for (const position of positions) result.columnTypes[position] = ColumnTypeEnum.Character;
    return result;
  };
}

/** The adapter cuts scripts at each ";", which breaks functions: send them whole, as the native engine does. */
function sendScriptsWhole(queryable) {
  queryable.executeScript = async (sql) => {
    try {
      await queryable.underlyingDriver().query(sql);
    } catch (error) {
      queryable.onError(error);
    }
  };
}

function mended(queryable) {
  readCharColumns(queryable);
  sendScriptsWhole(queryable);
  if (queryable.startTransaction) {
    const start = queryable.startTransaction.bind(queryable);
    queryable.startTransaction = async (level) => mended(await start(level));
  }
  return queryable;
}

class SchemaEngineAdapter extends PrismaPg {
  async connect() {
    return mended(await super.connect());
  }

  /** An empty database in which the engine plays the migrations; it is dropped with the connection. */
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    const admin = new pg.Client(this.config);
    await admin.connect();
    await admin.query(`CREATE DATABASE "${name}"`);
    const shadow = mended(await new PrismaPg({ ...this.config, database: name }, this.options).connect());
    const dispose = shadow.dispose.bind(shadow);
    shadow.dispose = async () => {
      await dispose();
      await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await admin.end();
    };
    return shadow;
  }
}

/** What the WebAssembly engine reaches the database through. */
export function adapterFor(url) {
  const schema = url ? (new URL(url).searchParams.get("schema") ?? undefined) : undefined;
  const { schema: _schema, ...connection } = url ? parse(url) : {};
  // One connection: the engine holds a session's advisory lock, for which a second connection would wait for ever.
  return bindMigrationAwareSqlAdapterFactory(new SchemaEngineAdapter({ ...connection, max: 1 }, { schema }));
}
