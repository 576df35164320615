import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { succeed, tessera } from "@/tests/command-line";
import { originOf } from "./accounts";
import { COMMANDS } from "./commands";
import { EXIT } from "./failure";
import { helpOf, overview } from "./help";
import { pick } from "./pick";
import { clean, sizeText } from "./print";
import { progressLine } from "./progress";
import { expiryOf } from "./share";

const config = fs.mkdtempSync(path.join(os.tmpdir(), "tessera-config-"));
afterAll(() => fs.rmSync(config, { recursive: true, force: true }));

it("explains every command, with examples that call it", () => {
  for (const command of COMMANDS) {
    const help = helpOf(command);

    expect(command.examples.filter((example) => !example.includes(`tessera ${command.name}`))).toEqual([]);
    for (const name of Object.keys(command.options ?? {})) expect(help).toContain(`--${name}`);
    expect(overview(COMMANDS)).toContain(command.summary.slice(0, 20));
    expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThan(120);
  }
});

it("has every exit code and every command in the documentation", () => {
  const page = fs.readFileSync("docs/command-line.md", "utf8");

  expect(Object.values(EXIT).filter((code) => !page.includes(`| ${code} |`))).toEqual([]);
  expect(COMMANDS.filter(({ name }) => !page.includes(`\`${name}`))).toEqual([]);
});

it("says so when it is called wrongly, and takes the common options on either side", async () => {
  const ended = await Promise.all([
    tessera({ config }, "fly"),
    tessera({ config }, "share"),
    tessera({ config }, "get"),
    tessera({ config }, "ls", "--sideways"),
    tessera({ config }, "--json", "cloud", "list"),
    tessera({ config }, "help", "share", "create"),
    tessera({ config }, "login", "http://cloud.example.org"),
  ]);

  expect(ended.map(({ code }) => code)).toEqual([2, 2, 2, 2, 0, 0, 2]);
  expect(ended[4]?.out).toBe("[]\n");
  expect(ended[5]?.out).toContain("tessera share create /Photos Bob");
});

it("does not use app passwords that others can read", async () => {
  fs.mkdirSync(path.join(config, "tessera"));
  fs.writeFileSync(path.join(config, "tessera/clouds.json"), "{}", { mode: 0o644 });

  const { code, err } = await tessera({ config }, "ls");

  expect(code).toBe(1);
  expect(err).toContain("chmod 600");
});

it("completes commands and options in bash", async () => {
  const script = await succeed({ config }, "completion", "bash");
  const complete = (...words: string[]) => {
    const typed = `COMP_WORDS=(tessera ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}`;
    return execFileSync("bash", ["-c", `${script}\n${typed}; _tessera; echo "\${COMPREPLY[*]}"`], {
      encoding: "utf8",
    }).trim();
  };

  expect(complete("sh")).toBe("share");
  expect(complete("share", "")).toBe("create list update revoke");
  expect(complete("share", "create", "--e")).toBe("--edit");
  expect(complete("admin", "people", "")).toBe("list add");
  expect(complete("admin", "people", "add", "--na")).toBe("--name");
  expect(complete("put", "--sk")).toBe("--skip-existing");
});

it("writes completion for zsh and fish with every command", async () => {
  for (const shell of ["zsh", "fish"]) {
    const script = await succeed({ config }, "completion", shell);
    for (const { name } of COMMANDS) expect(script).toContain(name.split(" ").at(-1));
  }
  expect((await tessera({ config }, "completion", "csh")).code).toBe(2);
});

it.each([
  ["cloud.example.org", "https://cloud.example.org"],
  ["https://cloud.example.org/files", "https://cloud.example.org"],
  ["localhost:3000", "http://localhost:3000"],
  ["a.localhost:3001", "http://a.localhost:3001"],
  ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
])("takes %s as the address of a cloud", (typed, origin) => {
  expect(originOf(typed)).toBe(origin);
});

it.each(["http://cloud.example.org", "alice@cloud.example.org", "", "https://"])("does not take %j as one", (typed) => {
  expect(() => originOf(typed)).toThrow();
});

it("takes the end of a day, a moment, or never", () => {
  expect(expiryOf("2026-12-31")).toBe(new Date(2026, 11, 31, 23, 59, 59, 999).toISOString());
  expect(expiryOf("2026-12-31T12:00:00Z")).toBe("2026-12-31T12:00:00.000Z");
  expect([expiryOf("never"), expiryOf(undefined)]).toEqual([null, undefined]);
  for (const typed of ["tomorrow", "2026-13-01", "12"]) expect(() => expiryOf(typed)).toThrow(/is no day/);
});

it("picks by id or by a name that only one has", () => {
  const items = [
    { id: "1", name: "Photos" },
    { id: "2", name: "Bills" },
    { id: "3", name: "bills" },
  ];
  const find = (typed: string) => pick(items, typed, "share", ({ name }) => [name]).id;

  expect([find("photos"), find("3")]).toEqual(["1", "3"]);
  expect(() => find("Bills")).toThrow(/2 {2}Bills\n {2}3 {2}bills/);
  expect(() => find("Letters")).toThrow('There is no share "Letters".');
});

it("prints for people", () => {
  expect([0, 999, 1000, 1_234_567, 250_000_000].map(sizeText)).toEqual(["0 B", "999 B", "1.0 kB", "1.2 MB", "250 MB"]);
  expect(clean("a\u001b[31mb\r\u202ec")).toBe("ab??c");
  expect(progressLine({ name: "lake.jpg", bytes: 500, total: 1000, rate: 100 })).toBe(
    "[##########          ] 50 %  100 B/s  0:05  lake.jpg",
  );
});
