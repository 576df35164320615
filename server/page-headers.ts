import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { config } from "@/lib/core/config";

/** Pages whose address carries a token or code, which no other server may learn. */
const CARRIES_SECRET = /^\/(invite|setup|sign-in|change-password)(\/|$)/;

/** Security headers of everything that Next answers; files have stricter ones of their own. */
export function setPageHeaders(req: IncomingMessage, res: ServerResponse, path: string): void {
  const isDev = config().mode === "development";
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${isDev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "frame-src 'self' blob:",
    `connect-src 'self'${isDev ? " ws:" : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ];
  // Next reads the nonce for its inline scripts from the request.
  req.headers["content-security-policy"] = policy.join("; ");
  res.setHeader("content-security-policy", policy.join("; "));
  res.setHeader("x-content-type-options", "nosniff");
  res.setHeader("referrer-policy", CARRIES_SECRET.test(path) ? "no-referrer" : "same-origin");
  res.setHeader("cross-origin-opener-policy", "same-origin");
  res.setHeader("permissions-policy", "camera=(), microphone=(), geolocation=()");
  if (req.headers["x-forwarded-proto"] === "https") res.setHeader("strict-transport-security", "max-age=31536000");
}
