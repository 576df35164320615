import {
  type Account,
  accountOf,
  forgetAccount,
  keepAccount,
  makeCurrent,
  nameOf,
  originOf,
  readAccounts,
} from "./accounts";
import type { Call, Command } from "./command";
import { signInByBrowser } from "./device-login";
import { EXIT, Failure, hasCode } from "./failure";
import { askJson } from "./http";
import { remark, sayJson, sayTable } from "./print";
import { prompt, readStdin } from "./prompt";

/** A harmless question in each of what an app password may be for. */
const PROBES = { files: "/api/files/usage", shares: "/api/contacts?limit=1" };

async function login(call: Call): Promise<void> {
  const origin = originOf(call.args[0] ?? "");
  const isTyped = call.flag("password-stdin") || call.text("user") !== undefined;
  const { account, scopes } = isTyped ? await signInByPassword(call, origin) : await signInByBrowser(origin);
  keepAccount(account);
  if (call.json) sayJson({ cloud: nameOf(account), scopes });
  else remark(`You are signed in to ${new URL(origin).host} as ${account.userName}, for ${scopes.join(" and ")}.`);
}

async function signInByPassword(call: Call, origin: string) {
  const isPiped = call.flag("password-stdin");
  if (!isPiped) remark(`Make an app password for files and shares: ${origin}/settings`);
  const userName = call.text("user") ?? (await prompt("User name:"));
  const secret = isPiped ? await readStdin() : await prompt("App password:", { secret: true });
  const account = { origin, userName, secret };
  return { account, scopes: await scopesOf(account) };
}

/** What the app password may be used for. @throws Failure when it is none */
async function scopesOf(account: Account): Promise<string[]> {
  const scopes: string[] = [];
  for (const [scope, path] of Object.entries(PROBES)) {
    const isGood = await askJson(account, "GET", path).then(
      () => true,
      (error) => {
        if (hasCode(error, "APP_PASSWORD_NOT_FOR_THIS")) return false;
        if (!hasCode(error, "APP_PASSWORD_WRONG")) throw error;
        throw new Failure(EXIT.notSignedIn, WRONG, error.refusal);
      },
    );
    if (isGood) scopes.push(scope);
  }
  return scopes;
}
const WRONG =
  "The user name or the app password is wrong. Your own password is not taken: make an app password in Settings.";

async function logout(call: Call): Promise<void> {
  const account = accountOf(call);
  forgetAccount(account);
  remark(`${nameOf(account)} is forgotten here. The app password itself ends in Settings: ${account.origin}/settings`);
}

async function listClouds(call: Call): Promise<void> {
  const { current, accounts } = readAccounts();
  const clouds = accounts.map((account) => {
    const { origin, userName } = account;
    return { cloud: nameOf(account), origin, userName, isCurrent: nameOf(account) === current };
  });
  if (call.json) return sayJson(clouds);
  const rows = clouds.map(({ cloud, isCurrent }) => [isCurrent ? "*" : "", cloud]);
  sayTable(["", "CLOUD"], rows, "You are not signed in to a cloud: tessera login cloud.example.org");
}

async function chooseCloud(call: Call): Promise<void> {
  const name = nameOf(makeCurrent(call.args[0] ?? ""));
  if (!call.quiet) remark(`From now on: ${name}.`);
}

export const loginCommands: Command[] = [
  {
    name: "login",
    usage: "CLOUD",
    count: [1, 1],
    summary: "sign in to a cloud",
    details:
      "Prints an address and a code: open the one in a browser, on any machine, and type the other. This program gets an app password then, which Settings shows and can revoke. With --user you type one that you have made there. It is kept in tessera/clouds.json in your folder for settings (XDG_CONFIG_HOME, else ~/.config), readable by you alone. Scripts may give it with TESSERA_CLOUD, TESSERA_USER and TESSERA_APP_PASSWORD instead, and keep nothing.",
    options: {
      user: {
        type: "string",
        short: "u",
        value: "NAME",
        help: "your user name there, to sign in with an app password",
      },
      "password-stdin": { type: "boolean", help: "read the app password from the standard input" },
    },
    examples: [
      "tessera login cloud.example.org",
      "tessera login cloud.example.org --user alice --password-stdin < app-password",
    ],
    run: login,
  },
  {
    name: "logout",
    usage: "",
    count: [0, 0],
    summary: "forget the app password of a cloud",
    examples: ["tessera logout", "tessera logout --cloud cloud.example.org"],
    run: logout,
  },
  {
    name: "cloud list",
    usage: "",
    count: [0, 0],
    summary: "the clouds that you are signed in to; * is the one that counts where none is named",
    examples: ["tessera cloud list"],
    run: listClouds,
  },
  {
    name: "cloud use",
    usage: "CLOUD",
    count: [1, 1],
    summary: "choose the cloud that counts where none is named",
    details: "For one command: --cloud, or TESSERA_CLOUD in the environment.",
    examples: ["tessera cloud use cloud.example.org", "tessera cloud use alice@cloud.example.org"],
    run: chooseCloud,
  },
];
