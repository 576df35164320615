import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { fieldsOf } from "@/lib/protocol/form";

/** The query of a request, as its schema has it. @throws TEXT_INVALID; z.ZodError, which is answered with the fields */
export function queryOf<S extends z.ZodType>(req: IncomingMessage, schema: S): z.output<S> {
  const { searchParams } = new URL(req.url ?? "/", "http://content");
  return schema.parse(fieldsOf(searchParams));
}
