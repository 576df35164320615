import { BlockList, isIPv6 } from "node:net";
import path from "node:path";
import { z } from "zod";
import { once } from "./once";
import { Origin } from "./origin";

const OutboundExceptions = z
  .string()
  .default("")
  .transform((text, context) =>
    text
      .split(",")
      .filter((part) => part.trim())
      .map((part) => {
        const [, scheme, host, address] = /^(https:\/\/)?([^=/]+)=([^=]+)$/i.exec(part.trim()) ?? [];
        if (!host || !address) context.addIssue({ code: "custom", message: "must be a list of host=address" });
        return { host: host?.toLowerCase() ?? "", address: address ?? "", isHttpsOnly: scheme !== undefined };
      }),
  );

const KEY_RULE = "must be 32 random bytes in base64url";
const list = (text: string) => text.split(",").flatMap((part) => part.trim() || []);

/** Addresses and ranges such as `10.0.0.0/8`, made for asking whether one is among them. */
const TrustedProxies = z
  .string()
  .default("")
  .transform((text, context) => {
    const proxies = new BlockList();
    for (const entry of list(text)) {
      const [address = "", prefix] = entry.split("/");
      const family = isIPv6(address) ? "ipv6" : "ipv4";
      try {
        if (prefix === undefined) proxies.addAddress(address, family);
        else proxies.addSubnet(address, Number(prefix), family);
      } catch {
        context.addIssue({ code: "custom", message: "must be a list of addresses or ranges such as 10.0.0.0/8" });
      }
    }
    return proxies;
  });

const Variables = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).default("production"),
  DATABASE_URL: z.string("must be the address of a PostgreSQL database"),
  // Two of them only listen for jobs.
  DATABASE_POOL: z.coerce.number().int().min(4).max(100).default(12),
  SECRET_KEY: z.string(KEY_RULE).refine((text) => Buffer.from(text, "base64url").length >= 32, KEY_RULE),
  PUBLIC_ORIGIN: Origin.default("http://localhost:3000"),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  DATA_DIR: z.string().default(".data"),
  STORE: z.enum(["disk", "s3"]).optional(),
  S3_BUCKET: z.string().optional(),
  S3_ENDPOINT: z.url({ protocol: /^https?$/, message: "must begin with https:// or http://" }).optional(),
  S3_REGION: z.string().default("us-east-1"),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_PATH_STYLE: z.enum(["on", "off"]).optional(),
  SCRUB_DAYS: z.coerce.number().int().min(0).max(365).default(30),
  TRUSTED_PROXIES: TrustedProxies,
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

const Environment = Variables.refine(({ ADMIN_USER, ADMIN_PASSWORD }) => !ADMIN_USER === !ADMIN_PASSWORD, {
  path: ["ADMIN_USER and ADMIN_PASSWORD"],
  message: "must be given together",
})
  .refine((env) => [env.S3_ACCESS_KEY_ID, env.S3_SECRET_ACCESS_KEY].every((value) => !value === !env.S3_BUCKET), {
    path: ["S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY"],
    message: "must be given together",
  })
  .refine(({ STORE, S3_BUCKET }) => STORE !== "s3" || S3_BUCKET, {
    path: ["STORE"],
    message: "can be s3 only where S3_BUCKET names a bucket",
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
  return Object.freeze({
    mode: env.NODE_ENV,
    logLevel: env.LOG_LEVEL,
    database: { url: env.DATABASE_URL, pool: env.DATABASE_POOL },
    secretKey: Buffer.from(env.SECRET_KEY, "base64url"),
    listen: { host: env.HOST, port: env.PORT, trustedProxies: env.TRUSTED_PROXIES },
    /** What a browser and every other cloud call us by. The first site is made with it. */
    publicOrigin: env.PUBLIC_ORIGIN,
    dataDir: path.resolve(env.DATA_DIR),
    store: {
      /** Where new bytes go. */
      current: env.STORE ?? (env.S3_BUCKET ? "s3" : "disk"),
      s3:
        env.S3_BUCKET && env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY
          ? {
              bucket: env.S3_BUCKET,
              endpoint: env.S3_ENDPOINT,
              region: env.S3_REGION,
              accessKeyId: env.S3_ACCESS_KEY_ID,
              secretAccessKey: env.S3_SECRET_ACCESS_KEY,
              // As most servers of one's own want it: a bucket in the host's name needs names and certificates for that.
              usesPathStyle: env.S3_PATH_STYLE ? env.S3_PATH_STYLE === "on" : env.S3_ENDPOINT !== undefined,
            }
          : null,
      /** In so many days every blob is read again; 0: none is. */
      scrubDays: env.SCRUB_DAYS,
    },
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
