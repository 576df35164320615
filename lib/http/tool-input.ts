import { z } from "zod";
import { fieldsOf, parseFormLimited } from "@/lib/protocol/form";
import { parseJsonLimited } from "@/lib/protocol/json";
import { readBytes } from "./route";

const MAX_BODY = 64 * 1024;
const Fields = z.record(z.string(), z.unknown());

/**
 * What a tool sends, wherever it puts it: some write a field into the query that others write into a form or into JSON.
 * The body counts more.
 *
 * @throws BODY_TOO_LARGE (413), JSON_INVALID, TEXT_INVALID, and what zod throws at JSON that is no object
 */
export async function readToolInput(request: Request): Promise<Record<string, unknown>> {
  const inQuery = fieldsOf(new URL(request.url).searchParams);
  const bytes = await readBytes(request, MAX_BODY);
  if (bytes.length === 0) return inQuery;
  const isJson = /^application\/json\b/i.test(request.headers.get("content-type") ?? "");
  const read = isJson ? parseJsonLimited : parseFormLimited;
  return { ...inQuery, ...Fields.parse(read(bytes, { maxBytes: MAX_BODY })) };
}
