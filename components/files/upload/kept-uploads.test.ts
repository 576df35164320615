import { beforeEach, expect, it, vi } from "vitest";
import {
  endIncomplete,
  findUnfinished,
  forgetUpload,
  keyOf,
  notePart,
  setUploader,
  uploadStorage,
} from "@/components/files/upload/kept-uploads";

const film = { size: 9, metadata: { path: "/Films/film.bin", modifiedAt: "1" } };
const urls = ["https://a.example.org/1", "https://a.example.org/2", "https://a.example.org/3"];
const complete = { ...film, creationTime: "", uploadUrl: null, urlStorageKey: "", parallelUploadUrls: urls };
let key: string;
let asked: string[];
let gone: string[];
let isAway: boolean;

beforeEach(() => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => {
      kept.set(name, value);
      Object.assign(storage, { [name]: value });
    },
    removeItem: (name: string) => {
      kept.delete(name);
      Reflect.deleteProperty(storage, name);
    },
  };
  asked = [];
  gone = [];
  isAway = false;
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("fetch", async (url: string, { method }: RequestInit) => {
    if (isAway) throw new TypeError("Failed to fetch");
    asked.push(`${method} ${url.slice(-1)}`);
    return new Response(null, { status: gone.includes(url) ? 404 : 204, headers: { "upload-offset": "2" } });
  });
  setUploader("alice");
  key = keyOf({ folder: "/Films", file: { name: "film.bin", size: 9, lastModified: 1 } as File });
});

it("ends the parts of an upload that broke off before it had all of them", async () => {
  for (const url of urls.slice(0, 2)) notePart(key, film, url);

  await endIncomplete(key);

  expect(asked).toEqual(["DELETE 1", "DELETE 2"]);
  expect(await uploadStorage.findUploadsByFingerprint(key)).toEqual([]);
});

it("ends them later where the cloud cannot be reached now", async () => {
  for (const url of urls.slice(0, 2)) notePart(key, film, url);
  isAway = true;
  await endIncomplete(key);
  isAway = false;

  await uploadStorage.findUploadsByFingerprint(key);
  await endIncomplete(key);

  expect(asked).toEqual(["DELETE 1", "DELETE 2"]);
});

it("keeps an upload that has all of its parts, until it is given up", async () => {
  for (const url of urls) notePart(key, film, url);
  await uploadStorage.addUpload(key, complete);

  await endIncomplete(key);

  expect(asked).toEqual([]);
  expect(await uploadStorage.findUploadsByFingerprint(key)).toMatchObject([{ parallelUploadUrls: urls }]);
  expect(await findUnfinished()).toMatchObject([{ name: "film.bin", folder: "/Films", sent: 6 }]);
  asked = [];
  await forgetUpload(key);
  expect(asked).toEqual(["DELETE 1", "DELETE 2", "DELETE 3"]);
});

it("does not offer what cannot go on, and leaves nothing of it at the cloud", async () => {
  notePart(key, film, urls[0] ?? "");
  expect(await findUnfinished()).toEqual([]);
  expect(asked).toEqual(["DELETE 1"]);

  await uploadStorage.addUpload(key, complete);
  gone = [urls[1] ?? ""];
  expect(await findUnfinished()).toEqual([]);
  expect(asked.slice(-3)).toEqual(["DELETE 1", "DELETE 2", "DELETE 3"]);
  expect(await uploadStorage.findUploadsByFingerprint(key)).toEqual([]);
});
