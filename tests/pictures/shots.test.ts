import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import type { Scene } from "./scene";
import { shotOfCloudAway, shotOfSetUp, shotsOfPeople } from "./shots";
import { shotsOfAdministration } from "./shots-of-administration";
import { shotsOfFiles } from "./shots-of-files";

const client = { origin: "http://a.localhost" };
const scene = {
  ...{ alice: client, bob: client, carol: client, halfBob: client, admin: client, adminOfB: client },
  link: `${client.origin}/invite?token=some`,
} as unknown as Scene;

const shots = [
  ...shotsOfPeople(scene),
  ...shotsOfFiles(scene),
  ...shotsOfAdministration(scene),
  shotOfCloudAway(scene),
  shotOfSetUp(scene),
];

const filesOf = ({ name, isPhoneOnly }: (typeof shots)[0]) =>
  (isPhoneOnly ? ["390"] : ["1440", "390"]).flatMap((width) => [
    `${name}-light-${width}.png`,
    `${name}-dark-${width}.png`,
  ]);

/** The address of a page, as a pattern; null of one that only leads to another. */
function addressOf(file: string): RegExp | null {
  if (!readFileSync(path.join("app", file), "utf8").includes("return")) return null;
  const folders = path.dirname(file).split(path.sep);
  const parts = folders.filter((name) => !name.startsWith("("));
  const patterns = parts.map((name) => {
    if (name.startsWith("[[...")) return "(/.*)?";
    return name.startsWith("[") ? "/[^/]+" : `/${name}`;
  });
  return new RegExp(`^${patterns.join("")}$`);
}

it("every page has a picture", () => {
  const taken = shots.map(({ url }) => new URL(url).pathname);
  const pages = readdirSync("app", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith("page.tsx"));
  expect(pages.length).toBeGreaterThan(20);

  const missing = pages.filter((file) => {
    const address = addressOf(file);
    return address && !taken.some((one) => address.test(one));
  });

  expect(missing).toEqual([]);
});

it("every picture is there in both themes and widths, and no other is", () => {
  expect(readdirSync("docs/screenshots").sort()).toEqual(shots.flatMap(filesOf).sort());
});
