import type { IncomingMessage } from "node:http";
import type { z } from "zod";

/** The query of a request, as its schema has it. @throws z.ZodError, which is answered with the fields */
export function queryOf<S extends z.ZodType>(req: IncomingMessage, schema: S): z.output<S> {
  const { searchParams } = new URL(req.url ?? "/", "http://content");
  return schema.parse(Object.fromEntries(searchParams));
}
