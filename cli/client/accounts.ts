import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Call } from "./command";
import { EXIT, Failure, wrongUsage } from "./failure";
import { isLoopback } from "./http";

/** A person at a cloud, with an app password. */
export type Account = { origin: string; userName: string; secret: string };
/** Those that one is signed in to; `current` is the one that counts where none is named. */
type Accounts = { current: string; accounts: Account[] };

/** How an account is called: `alice@cloud.example.org`. */
export const nameOf = ({ origin, userName }: Account): string => `${userName}@${new URL(origin).host}`;

/** Where the accounts are kept, for their owner alone. */
export function accountsFile(): string {
  const config = process.env.XDG_CONFIG_HOME || path.join(os.homedir(), ".config");
  return path.join(config, "tessera", "clouds.json");
}

/** @throws Failure when others could read the file, or it is not ours */
export function readAccounts(): Accounts {
  const file = accountsFile();
  if (!fs.existsSync(file)) return { current: "", accounts: [] };
  const isOpen = process.platform !== "win32" && (fs.statSync(file).mode & 0o077) !== 0;
  if (isOpen)
    throw new Failure(EXIT.failed, `Others can read the app passwords in ${file}. Mend it: chmod 600 ${file}`);
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Accounts;
  } catch {
    throw new Failure(EXIT.failed, `${file} cannot be understood. Remove it, and sign in anew.`);
  }
}

/** Whole or not at all, and never readable by others, not for a moment. */
function writeAccounts(accounts: Accounts): void {
  const file = accountsFile();
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  fs.writeFileSync(temporary, `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  fs.renameSync(temporary, file);
}

/** Keeps an account, in the place of the one of that name, and makes it the current one. */
export function keepAccount(account: Account): void {
  const current = nameOf(account);
  const others = readAccounts().accounts.filter((one) => nameOf(one) !== current);
  writeAccounts({ current, accounts: [...others, account] });
}

export function makeCurrent(name: string): Account {
  const { accounts } = readAccounts();
  const account = pickAccount(accounts, name);
  writeAccounts({ current: nameOf(account), accounts });
  return account;
}

export function forgetAccount(account: Account): void {
  const { current, accounts } = readAccounts();
  const rest = accounts.filter((one) => nameOf(one) !== nameOf(account));
  const isGone = current === nameOf(account);
  writeAccounts({ current: isGone ? (rest[0] ? nameOf(rest[0]) : "") : current, accounts: rest });
}

/**
 * Who is meant: the one that is named, the account of the environment, or the current one. The app password of the
 * environment goes to the cloud of the environment and to no other that is named.
 *
 * @throws Failure when one is not signed in there
 */
function findAccount(named?: string): Account {
  const { TESSERA_CLOUD: cloud, TESSERA_USER: userName, TESSERA_APP_PASSWORD: secret } = process.env;
  if (cloud && userName && secret) {
    const account = { origin: originOf(cloud), userName, secret };
    const isMeant = named === undefined || named === nameOf(account);
    if (isMeant || (!named.includes("@") && originOf(named) === account.origin)) return account;
  }
  const { current, accounts } = readAccounts();
  if (accounts.length === 0) {
    throw new Failure(EXIT.notSignedIn, "You are not signed in to a cloud: tessera login cloud.example.org");
  }
  return pickAccount(accounts, named ?? cloud ?? current);
}

/** @throws Failure when one is not signed in there */
export const accountOf = (call: Call): Account => findAccount(call.text("cloud"));

function pickAccount(accounts: Account[], name: string): Account {
  const host = name.replace(/^https?:\/\//, "").replace(/\/$/, "");
  const meant = accounts.filter((one) => nameOf(one) === host || new URL(one.origin).host === host);
  const [account] = meant;
  if (!account) throw new Failure(EXIT.notSignedIn, `You are not signed in to ${host}: tessera login ${host}`);
  if (meant.length > 1) throw wrongUsage(`Say which: ${meant.map((one) => `--cloud ${nameOf(one)}`).join(" or ")}`);
  return account;
}

/**
 * The origin of a cloud as a person types it. Without a scheme it is https, on this machine http.
 *
 * @throws Failure for what is no address, and for http to another machine, where anybody on the way could read
 */
export function originOf(typed: string): string {
  const { hostname = "" } = URL.canParse(`http://${typed}`) ? new URL(`http://${typed}`) : {};
  const whole = /^https?:\/\//i.test(typed) ? typed : `${isLoopback(hostname) ? "http" : "https"}://${typed}`;
  if (!URL.canParse(whole)) throw wrongUsage(`"${typed}" is not the address of a cloud. One is cloud.example.org.`);
  const url = new URL(whole);
  if (url.username || url.password) throw wrongUsage("Leave out what stands before the @: --user names you.");
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw wrongUsage(`Over http anybody on the way could read the app password: https://${url.host}`);
  }
  return url.origin;
}
