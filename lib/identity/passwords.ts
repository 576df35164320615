import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { once } from "@/lib/core/once";

/** 32 MiB and some 80 ms a guess. A hash carries its own numbers, so that raising these breaks no password. */
const COST = { log2N: 15, r: 8, p: 1 };
const KEY_LENGTH = 32;

type Cost = typeof COST;
const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

function keyOf(password: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** log2N;
  // The same password typed on another keyboard may come in another normal form.
  return derive(password.normalize("NFKC"), salt, KEY_LENGTH, { N, r, p, maxmem: 256 * N * r });
}

/** `scrypt$15$8$1$salt$key`, for the database. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await keyOf(password, salt, COST);
  return ["scrypt", COST.log2N, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/** Whether the password is the hashed one. Without a hash it costs the same and is false. */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, log2N, r, p, salt = "", key = ""] = (hash ?? (await noOnesHash())).split("$");
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  const actual = await keyOf(password, Buffer.from(salt, "base64url"), cost);
  const isSame = timingSafeEqual(actual, Buffer.from(key, "base64url"));
  return hash !== null && isSame;
}

const noOnesHash = () => once("no-ones-hash", () => hashPassword(randomBytes(16).toString("hex")));

/** Whether the hash was made with other numbers than today's. */
export function isOutdated(hash: string): boolean {
  return !hash.startsWith(`scrypt$${COST.log2N}$${COST.r}$${COST.p}$`);
}
