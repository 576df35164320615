import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { signIn } from "@/tests/cloud-client";
import { succeed, tessera } from "@/tests/command-line";
import { expect, readClouds, test } from "./clouds";
import { type Member, makeAliceAndBob, signInAdmin } from "./people";

// Two people in front of two shells, each at the cloud of their own.
const folder = mkdtempSync(path.join(os.tmpdir(), "tessera-shell-"));
const [alice, bob] = ["alice", "bob"].map((name) => ({ config: path.join(folder, name) })) as [Shell, Shell];
const picture = randomBytes(3_000_000);
let members: [Member, Member];
type Shell = { config: string };

const passwordOf = async ({ client, password }: Member, scopes = ["files", "shares"]) => {
  const asked = { name: "The command line", scopes, password };
  return (await client.json<{ secret: string }>("POST", "/api/account/app-passwords", asked)).secret;
};
const login = async (shell: Shell, member: Member, secret: string) =>
  tessera({ ...shell, input: secret }, "login", member.cloud.origin, "--user", member.userName, "--password-stdin");

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  for (const { config } of [alice, bob]) mkdirSync(config);
  members = await makeAliceAndBob(readClouds());
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("signs in with an app password, and keeps it for its owner alone", async () => {
  const wrong = await login(alice, members[0], members[0].password);
  const before = await tessera(alice, "ls");
  const right = await login(alice, members[0], await passwordOf(members[0]));
  await login(bob, members[1], await passwordOf(members[1]));

  expect([wrong.code, before.code, right.code]).toEqual([3, 3, 0]);
  expect(wrong.err).toContain("make an app password in Settings");
  expect(right.err).toContain("for files and shares");
  expect(statSync(path.join(alice.config, "tessera/clouds.json")).mode & 0o777).toBe(0o600);
  expect(await succeed(alice, "cloud", "list")).toBe(`*\t${members[0].userName}@${members[0].cloud.provider}`);
});

test("stores files and folders, lists, moves and removes them", async () => {
  const local = path.join(alice.config, "Photos");
  mkdirSync(path.join(local, "2026"), { recursive: true });
  writeFileSync(path.join(local, "2026/lake.jpg"), picture);
  writeFileSync(path.join(local, "empty.txt"), "");

  await succeed(alice, "put", "-r", local, "/");
  await succeed({ ...alice, input: "From a pipe" }, "put", "-", "/Photos/piped.txt");
  await succeed(alice, "mkdir", "-p", "/Reports/2026");
  await succeed(alice, "mv", "/Photos/piped.txt", "/Reports/");
  await succeed(alice, "cp", "/Reports/piped.txt", "/Reports/2026/copy.txt");
  await succeed(alice, "rm", "/Reports/piped.txt");

  const names = async (at: string) => {
    const { items } = JSON.parse(await succeed(alice, "ls", at, "--json"));
    return items.map(({ name, size }: { name: string; size: number }) => [name, size]);
  };
  expect(await names("/Photos")).toEqual([
    ["2026", 0],
    ["empty.txt", 0],
  ]);
  expect(await names("/Photos/2026")).toEqual([["lake.jpg", picture.length]]);
  expect(await succeed(alice, "get", "/Reports/2026/copy.txt", "-")).toBe("From a pipe");
});

test("does not replace what is there unless it is told to, and says by its exit code what is wrong", async () => {
  const file = path.join(alice.config, "copy.txt");
  writeFileSync(file, "Another");
  const put = (...more: string[]) => tessera(alice, "put", file, "/Reports/2026/", ...more);

  const codes = [
    await put(),
    await put("--skip-existing"),
    await tessera({ ...alice, input: "x" }, "put", "-", "/Reports/2026/copy.txt"),
    await tessera(alice, "get", "/Reports/2026/copy.txt", file),
    await tessera(alice, "ls", "/Nowhere"),
    await tessera(alice, "get", "/Photos"),
    await tessera(alice, "rm", "/"),
  ].map(({ code }) => code);

  expect(codes.slice(0, 6)).toEqual([6, 0, 6, 6, 4, 2]);
  expect(codes[6]).not.toBe(0);
  expect(await succeed(alice, "get", "/Reports/2026/copy.txt", "-")).toBe("From a pipe");
  expect((await put("--force")).code).toBe(0);
  expect(await succeed(alice, "get", "/Reports/2026/copy.txt", "-")).toBe("Another");
  const { code, err } = await tessera(alice, "ls", "/Nowhere", "--json");
  expect([code, JSON.parse(err)]).toEqual([4, expect.objectContaining({ exit: 4, status: 404 })]);
});

test("invites, and accepts on another cloud", async () => {
  const [link = "", code = ""] = (await succeed(alice, "invite", "create", "--note", "For Bob")).split("\n");
  await succeed(alice, "invite", "create", "--note", "For nobody");
  await succeed(alice, "invite", "revoke", "For nobody");

  expect(await succeed(bob, "invite", "accept", `Come: ${link}`)).toContain("Alice");

  expect(code).not.toBe("");
  expect(await succeed(alice, "contact", "list", "bob")).toContain(members[1].cloud.provider);
  const states = JSON.parse(await succeed(alice, "invite", "list", "--json")) as { note: string; state: string }[];
  expect(states.map(({ note, state }) => `${note}: ${state}`).sort()).toEqual(["For Bob: used", "For nobody: revoked"]);
  expect((await tessera(bob, "invite", "accept", "no invite")).code).not.toBe(0);
});

test("shares with the contact, who takes it and fetches all of it", async () => {
  const [{ id: contactId }] = JSON.parse(await succeed(alice, "contact", "list", "bob", "--json"));
  const id = await succeed(alice, "share", "create", "/Photos", `contact:${contactId}`, "--note", "Look!");
  const offers = async () => succeed(bob, "received", "list");
  await expect.poll(offers).toContain("pending");

  const place = await succeed(bob, "received", "accept", "Photos");
  const summary = await tessera(bob, "get", "-r", place);
  const again = await tessera(bob, "get", "-r", place);

  expect(place).toBe("/Photos");
  expect(readFileSync(path.join(bob.config, "Photos/2026/lake.jpg")).equals(picture)).toBe(true);
  expect(readFileSync(path.join(bob.config, "Photos/empty.txt"), "utf8")).toBe("");
  expect(readdirSync(path.join(bob.config, "Photos")).sort()).toEqual(["2026", "empty.txt"]);
  expect(summary.err).toContain("2 files fetched, 3.0 MB");
  expect([again.code, again.err]).toEqual([0, expect.stringContaining("0 files fetched, 0 B, 2 already there")]);
  await expect.poll(() => succeed(alice, "share", "list", "/Photos")).toContain(`${id}\t/Photos\tBob (`);
  await expect.poll(() => succeed(alice, "share", "list", "/Photos")).toContain("accepted");
});

test("lets the contact change it, or not, and ends it", async () => {
  writeFileSync(path.join(bob.config, "hut.txt"), "A hut");
  const put = () => tessera(bob, "put", path.join(bob.config, "hut.txt"), "/Photos/");
  const refused = await put();

  await succeed(alice, "share", "update", "/Photos", "--edit", "--until", "2099-12-31");
  await expect.poll(async () => (await put()).code).toBe(0);
  expect(await succeed(alice, "get", "/Photos/hut.txt", "-")).toBe("A hut");

  await succeed(alice, "share", "revoke", "/Photos");
  await expect.poll(() => succeed(bob, "received", "list")).toBe("");
  const gone = await tessera(bob, "ls", "/Photos");
  expect(refused.code).toBe(5);
  expect(gone.code).not.toBe(0);
});

test("an offer can be declined, and a contact removed only with a yes", async () => {
  await succeed(alice, "share", "create", "/Reports", members[1].mail);
  await expect.poll(() => succeed(bob, "received", "list")).toContain("Reports");
  await succeed(bob, "received", "decline", "Reports");
  await expect.poll(() => succeed(alice, "share", "list")).toContain("declined");

  expect((await tessera(bob, "contact", "remove", "Alice")).code).toBe(2);
  await succeed(bob, "contact", "remove", "Alice", "--yes");

  expect(await succeed(bob, "contact", "list")).toBe("");
});

test("an app password for files opens no shares, from the environment and without keeping it", async () => {
  const { userName, cloud } = members[0];
  const config = path.join(folder, "script");
  mkdirSync(config);
  const env = {
    TESSERA_CLOUD: cloud.origin,
    TESSERA_USER: userName,
    TESSERA_APP_PASSWORD: await passwordOf(members[0], ["files"]),
  };

  const listed = await tessera({ config, env }, "ls", "/");
  const shares = await tessera({ config, env }, "share", "list");
  const contacts = await tessera({ config, env }, "contact", "list");
  const invites = await tessera({ config, env }, "invite", "create");

  expect([listed.code, shares.code, contacts.code, invites.code]).toEqual([0, 5, 5, 5]);
  expect(listed.out).toContain("Photos/");
  expect(readdirSync(config)).toEqual([]);
});

test("whoever sits at the machine makes accounts and judges other clouds, and is written down as the operator", async () => {
  const { databaseUrl, folder: data, origin } = members[0].cloud;
  const env = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: data,
    PUBLIC_ORIGIN: origin,
    OUTBOUND_EXCEPTIONS: `${members[1].cloud.provider}=127.0.0.1`,
  };
  const admin = (...words: string[]) => tessera({ ...alice, env }, "admin", ...words);
  const userName = `carol-${process.pid}`;
  const { provider } = members[1].cloud;

  const added = await admin("people", "add", userName, "--name", "Carol");
  const [again, listed] = [await admin("people", "add", userName), await admin("people", "list", userName)];
  const trusted = await admin("providers", "add", provider);
  const providers = await admin("providers", "list", provider, "--json");
  const [unknown, half] = [await admin("people", "fly"), await admin("people")];

  expect([added.code, again.code, listed.code, trusted.code, unknown.code, half.code]).toEqual([0, 6, 0, 0, 2, 2]);
  expect(listed.out).toContain(`${userName}\tCarol\t`);
  expect(JSON.parse(providers.out).items).toMatchObject([{ provider, standing: "listed" }]);
  const { cloud } = members[0];
  const { client } = await signInAdmin(cloud);
  await client.json("PATCH", `/api/admin/providers/${provider}`, { standing: "unlisted" }); // as other specs know it
  const audit = await client.json<{ items: { actor: { name: string }; action: string }[] }>("GET", "/api/admin/audit");
  const facts = audit.items.map(({ actor, action }) => `${actor.name} ${action}`);
  expect(facts).toEqual(expect.arrayContaining(["operator person-created", "operator provider-listed"]));
  await signIn(cloud.origin, userName, added.out.trim());
});

test("forgets the app password", async () => {
  await succeed(alice, "logout");

  expect((await tessera(alice, "ls")).code).toBe(3);
  expect(readFileSync(path.join(alice.config, "tessera/clouds.json"), "utf8")).not.toContain("app_");
});
