import { beforeEach, expect, it, vi } from "vitest";

const NEEDED = {
  DATABASE_URL: "postgresql://localhost/none",
  SECRET_KEY: Buffer.alloc(32, 7).toString("base64url"),
};

/** The configuration that an environment gives; each time read anew. */
async function configOf(environment: Record<string, string>) {
  delete (globalThis as unknown as Record<symbol, unknown>)[Symbol.for("tessera.config")];
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { config } = await import("./config");
  return config();
}

beforeEach(() => vi.unstubAllEnvs());

it("needs a database and a key, and has a sensible answer to all else", async () => {
  const config = await configOf({ ...NEEDED, PUBLIC_ORIGIN: "", PORT: "" });

  expect(config).toMatchObject({ publicOrigin: "http://localhost:3000", limitsAreOn: true, mail: null, oidc: null });
  expect(config.listen).toMatchObject({ host: "127.0.0.1", port: 3000 });
  expect(Object.isFrozen(config)).toBe(true);
});

it("names every variable that is wrong in one sentence", async () => {
  const wrong = { ...NEEDED, SECRET_KEY: "short", PUBLIC_ORIGIN: "https://cloud.example.org/path", PORT: "many" };

  const refused = configOf(wrong);

  await expect(refused).rejects.toThrow(/^The configuration is not usable: .*SECRET_KEY.*PUBLIC_ORIGIN.*PORT.*\.$/);
});

it.each(["cloud.example.org", "ftp://cloud.example.org", "https://cloud.example.org?x"])(
  "refuses the origin %s",
  async (origin) => {
    await expect(configOf({ ...NEEDED, PUBLIC_ORIGIN: origin })).rejects.toThrow(/PUBLIC_ORIGIN/);
  },
);

it("takes the administrator of the first start only with both a name and a password", async () => {
  const named = await configOf({ ...NEEDED, ADMIN_USER: "alice", ADMIN_PASSWORD: "correct horse" });
  expect(named.firstRun.admin).toMatchObject({ userName: "alice" });

  await expect(configOf({ ...NEEDED, ADMIN_USER: "alice", ADMIN_PASSWORD: "" })).rejects.toThrow(/given together/);
});

it("reads proxies as addresses and ranges, and refuses what is neither", async () => {
  const { listen } = await configOf({ ...NEEDED, TRUSTED_PROXIES: "10.0.0.0/8, fd00::1" });

  expect(listen.trustedProxies.check("10.1.2.3", "ipv4")).toBe(true);
  expect(listen.trustedProxies.check("fd00::1", "ipv6")).toBe(true);
  expect(listen.trustedProxies.check("192.0.2.1", "ipv4")).toBe(false);
  await expect(configOf({ ...NEEDED, TRUSTED_PROXIES: "the proxy" })).rejects.toThrow(/TRUSTED_PROXIES must be a list/);
});

it("reads the exceptions for other clouds, with plain http or without", async () => {
  const { outboundExceptions } = await configOf({
    ...NEEDED,
    OUTBOUND_EXCEPTIONS: "Cloud.internal=10.0.0.5, https://b.internal:8443=fd00::5",
  });

  expect(outboundExceptions).toEqual([
    { host: "cloud.internal", address: "10.0.0.5", isHttpsOnly: false },
    { host: "b.internal:8443", address: "fd00::5", isHttpsOnly: true },
  ]);
  await expect(configOf({ ...NEEDED, OUTBOUND_EXCEPTIONS: "cloud.internal" })).rejects.toThrow(/host=address/);
});

it("keeps bytes on the disk unless a bucket is named, and wants all that a bucket needs", async () => {
  const bucket = { S3_BUCKET: "blobs", S3_ACCESS_KEY_ID: "key", S3_SECRET_ACCESS_KEY: "secret" };

  expect((await configOf(NEEDED)).store).toEqual({ current: "disk", s3: null, scrubDays: 30 });
  expect((await configOf({ ...NEEDED, ...bucket })).store).toMatchObject({
    current: "s3",
    s3: { bucket: "blobs", region: "us-east-1", usesPathStyle: false },
  });
  const endpoint = { S3_ENDPOINT: "https://s3.example.org" };
  expect((await configOf({ ...NEEDED, ...bucket, ...endpoint })).store.s3?.usesPathStyle).toBe(true);
  expect((await configOf({ ...NEEDED, ...bucket, STORE: "disk" })).store).toMatchObject({ current: "disk" });
  await expect(configOf({ ...NEEDED, ...bucket, S3_SECRET_ACCESS_KEY: "" })).rejects.toThrow(/S3_BUCKET.*together/);
  await expect(configOf({ ...NEEDED, ...bucket, S3_ENDPOINT: "ftp://s3" })).rejects.toThrow(/S3_ENDPOINT/);
  vi.unstubAllEnvs();
  await expect(configOf({ ...NEEDED, STORE: "s3" })).rejects.toThrow(/STORE can be s3 only/);
});
