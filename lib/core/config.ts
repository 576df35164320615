import path from "node:path";
import { z } from "zod";
import { once } from "./once";

const Origin = z
  .url({ protocol: /^https?$/, error: "must be an address such as https://cloud.example.org" })
  .refine((text) => text.replace(/\/$/, "") === new URL(text).origin, "must be an origin: no path, no query")
  .transform((text) => new URL(text).origin);

const OutboundExceptions = z
  .string()
  .default("")
  .transform((text, context) =>
    text
      .split(",")
      .filter((part) => part.trim())
      .map((part) => {
        const [host, address] = part.trim().split("=");
        if (!host || !address) context.addIssue({ code: "custom", message: "must be a list of host=address" });
        return { host: host?.toLowerCase() ?? "", address: address ?? "" };
      }),
  );

const Environment = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).default("production"),
  DATABASE_URL: z.string().min(1, "must be the address of a PostgreSQL database"),
  DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(12),
  SECRET_KEY: z.string().refine((text) => Buffer.from(text, "base64url").length >= 32, "must be 32 bytes in base64url"),
  PUBLIC_ORIGIN: Origin.default("http://localhost:3000"),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  DATA_DIR: z.string().default(".data"),
  TRUSTED_PROXIES: z.string().default(""),
  OUTBOUND_EXCEPTIONS: OutboundExceptions,
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
  RATE_LIMITS: z.enum(["on", "off"]).default("on"),
  SITE_NAME: z.string().default("Tessera"),
  ADMIN_USER: z.string().optional(),
  ADMIN_PASSWORD: z.string().optional(),
  ADMIN_NAME: z.string().optional(),
  ADMIN_MAIL: z.string().optional(),
  SMTP_URL: z.url().optional(),
  MAIL_FROM: z.string().optional(),
  OIDC_ISSUER: z.url().optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_NAME: z.string().default("Single sign-on"),
});

export type Config = ReturnType<typeof readConfig>;

function readConfig(environment: NodeJS.ProcessEnv) {
  const filled = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(filled);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new Error(`The configuration is not usable: ${lines.join("; ")}.`);
  }
  const env = parsed.data;
  const list = (text: string) => text.split(",").flatMap((part) => part.trim() || []);
  return Object.freeze({
    mode: env.NODE_ENV,
    logLevel: env.LOG_LEVEL,
    database: { url: env.DATABASE_URL, pool: env.DATABASE_POOL },
    secretKey: Buffer.from(env.SECRET_KEY, "base64url"),
    listen: { host: env.HOST, port: env.PORT, trustedProxies: list(env.TRUSTED_PROXIES) },
    /** What a browser and every other cloud call us by. The first site is made with it. */
    publicOrigin: env.PUBLIC_ORIGIN,
    dataDir: path.resolve(env.DATA_DIR),
    /** Hosts that may be reached over http and at that private address. */
    outboundExceptions: env.OUTBOUND_EXCEPTIONS,
    limitsAreOn: env.RATE_LIMITS === "on",
    firstRun: {
      siteName: env.SITE_NAME,
      admin:
        env.ADMIN_USER && env.ADMIN_PASSWORD
          ? { userName: env.ADMIN_USER, password: env.ADMIN_PASSWORD, name: env.ADMIN_NAME, mail: env.ADMIN_MAIL }
          : null,
    },
    mail: env.SMTP_URL ? { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM } : null,
    oidc:
      env.OIDC_ISSUER && env.OIDC_CLIENT_ID
        ? {
            issuer: env.OIDC_ISSUER,
            clientId: env.OIDC_CLIENT_ID,
            clientSecret: env.OIDC_CLIENT_SECRET,
            name: env.OIDC_NAME,
          }
        : null,
  });
}

/**
 * The configuration of this process, read from the environment at the first call and frozen.
 * The only reader of `process.env`. Throws one sentence that names every wrong variable.
 */
export function config(): Config {
  return once("config", () => readConfig(process.env));
}
