import { expect, it } from "vitest";
import { providersEntry, readProvidersFile } from "./providers-file";

const read = (list: unknown) => readProvidersFile(JSON.stringify(list));

it("reads what it writes", () => {
  const endPoint = "https://cloud.example.org/ocm";
  const webdav = "https://cloud.example.org/dav/ocm/";
  const entry = providersEntry({ provider: "cloud.example.org", name: "Town hall", endPoint, webdav });

  expect(read([entry])).toEqual({ entries: [{ provider: "cloud.example.org", name: "Town hall" }], bad: [] });
  expect(entry.services.map(({ endpoint, host }) => [endpoint.type.name, endpoint.path, host])).toEqual([
    ["OCM", `${endPoint}/`, "https://cloud.example.org"],
    ["Webdav", webdav, "https://cloud.example.org"],
  ]);
});

it("takes a cloud once, under the one spelling of its name", () => {
  const { entries } = read([{ domain: "CLOUD.example.org" }, { domain: "cloud.example.org:443", name: "Again" }]);

  expect(entries).toEqual([{ provider: "cloud.example.org", name: "cloud.example.org" }]);
});

it.each([
  ["a pattern", "cloud\\.example\\.org"],
  ["a pattern for all below", ".*.example.org"],
  ["a scheme", "https://cloud.example.org"],
  ["a path", "cloud.example.org/ocm"],
  ["a person", "bob@cloud.example.org"],
  ["a space", "cloud.example.org evil.example.org"],
])("names a domain with %s as a bad entry, and reads the others", (_name, domain) => {
  const { entries, bad } = read([{ domain, full_name: "Bad one" }, { domain: "good.example.org" }]);

  expect(entries.map(({ provider }) => provider)).toEqual(["good.example.org"]);
  expect(bad).toEqual([{ entry: 1, label: "Bad one", reason: expect.stringContaining("is not the name of a cloud.") }]);
});

it.each([[null], ["text"], [7], [{}], [{ domain: 7, name: "Seven" }], [[]]])("names %j as a bad entry", (value) => {
  expect(read([value]).bad).toEqual([{ entry: 1, label: expect.any(String), reason: "It has no domain." }]);
});

it.each([["{"], ["{}"], ['"text"'], [JSON.stringify(Array(2_001).fill({}))]])("takes no other file", (text) => {
  expect(() => readProvidersFile(text)).toThrow(expect.objectContaining({ code: "PROVIDERS_FILE_INVALID" }));
});
