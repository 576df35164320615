import { escapeXml } from "@/lib/protocol/dav/xml";

/** What an answer can hold. */
export type OcsValue = string | number | boolean | null | OcsValue[] | { [name: string]: OcsValue };
export type OcsMeta = { status: "ok" | "failure"; statuscode: number; message: string };

/**
 * An answer of the Open Collaboration Services, as JSON or as XML. In XML a list is a row of `element`s, true is 1, and
 * false and null are empty.
 */
export function ocsEnvelope(meta: OcsMeta, data: OcsValue, { isJson }: { isJson: boolean }): string {
  if (isJson) return JSON.stringify({ ocs: { meta, data } });
  return `<?xml version="1.0"?>\n<ocs>${toXml({ meta, data })}</ocs>\n`;
}

function toXml(value: OcsValue): string {
  if (value === null || value === false) return "";
  if (value === true) return "1";
  if (Array.isArray(value)) return value.map((each) => element("element", each)).join("");
  if (typeof value !== "object") return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, each]) => element(name, each))
    .join("");
}

function element(name: string, value: OcsValue): string {
  const content = toXml(value);
  return content === "" ? `<${name}/>` : `<${name}>${content}</${name}>`;
}
