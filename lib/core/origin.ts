import { z } from "zod";

const isOrigin = (text: string) =>
  URL.canParse(text) && /^https?:\/\//.test(text) && text.replace(/\/$/, "").toLowerCase() === new URL(text).origin;

/** What a cloud is called by: scheme, host and port, nothing behind. */
export const Origin = z
  .string()
  .trim()
  .max(300)
  .refine(isOrigin, "must be an address such as https://cloud.example.org, without a path")
  .transform((text) => new URL(text).origin);
