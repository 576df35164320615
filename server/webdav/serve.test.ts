import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, request as send } from "node:http";
import net, { type AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Entry, Tree } from "@/lib/files/tree";
import { memoryTree } from "@/tests/memory-tree";
import { answerError } from "./reply";
import { serveDav } from "./serve";

vi.stubEnv("DATABASE_URL", "postgresql://nowhere");
vi.stubEnv("SECRET_KEY", Buffer.alloc(32).toString("base64url"));
vi.stubEnv("LOG_LEVEL", "silent");

const ROOT = "/dav/ocm/1";
const FILES = { "hello.txt": "hello world", "sub/inner.txt": "inner", "sub/deep/": "", "a b & é.txt": "x" };

let server: Server;
let tree: Tree;

beforeEach(async () => {
  tree = memoryTree(FILES);
  server = createServer((request, response) => {
    const mount = { tree, root: ROOT, authorities: ["cloud.example.org"], mayBeFile: true, check: async () => {} };
    serveDav(request, response, mount).catch((error) => answerError(request, response, error));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const port = () => (server.address() as AddressInfo).port;

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

async function dav(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Answer> {
  const request = send({ port: port(), method, path: ROOT + path, headers });
  request.end(body);
  const [response] = await once(request, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Sends bytes as they are, and gives all that comes until the server ends, or is silent for a while. */
async function raw(bytes: string, { until = /$^/ } = {}): Promise<string> {
  const socket = net.connect(port(), "127.0.0.1");
  socket.write(bytes);
  let answer = "";
  socket.setTimeout(1500, () => socket.destroy());
  for await (const chunk of socket) {
    answer += chunk;
    if (until.test(answer)) break;
  }
  socket.destroy();
  return answer;
}

const propfindOf = (...names: string[]) =>
  `<d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop>${names.map((name) => `<${name}/>`).join("")}</d:prop></d:propfind>`;
const hrefsIn = (xml: string) => [...xml.matchAll(/<d:href>([^<]*)/g)].map((match) => match[1]);

describe("OPTIONS", () => {
  it("tells the class and the methods", async () => {
    const { status, headers } = await dav("OPTIONS", "/");

    expect(status).toBe(200);
    expect(headers.dav).toBe("1, 3");
    expect(headers.allow).toContain("PROPFIND");
    expect(headers.allow).not.toContain("LOCK");
  });
});

describe("PROPFIND", () => {
  it("lists a folder, folders first, with addresses that can be asked again", async () => {
    const { status, body } = await dav("PROPFIND", "/", { depth: "1" });

    expect(status).toBe(207);
    expect(hrefsIn(body)).toEqual([
      "/dav/ocm/1/",
      "/dav/ocm/1/sub/",
      "/dav/ocm/1/a%20b%20%26%20%C3%A9.txt",
      "/dav/ocm/1/hello.txt",
    ]);
    expect((await fetch(`http://127.0.0.1:${port()}/dav/ocm/1/a%20b%20%26%20%C3%A9.txt`)).status).toBe(200);
  });

  it("asks for no more of a folder than the client takes", async () => {
    const most = 200;
    const [entry] = (await tree.list([])).items as [Entry];
    let pages = 0;
    const items = Array.from({ length: 250 }, (_, index) => ({ ...entry, name: `file-${index}.txt` }));
    tree.list = async () => ({ items, next: ++pages < most ? "next" : null });
    const connected = once(server, "connection");
    const client = net.connect(port(), "127.0.0.1").on("error", () => {});
    client.pause().write(`PROPFIND ${ROOT}/ HTTP/1.1\r\nHost: x\r\nDepth: 1\r\n\r\n`);
    const [socket] = (await connected) as [net.Socket];

    // Stuck is what gets nowhere in so many turns; who does not wait for the client is at the end by then.
    for (let turns = 0, before = 0; turns < 2_000 && pages < most; turns++) {
      await new Promise(setImmediate);
      if (!socket.writableNeedDrain || socket.bytesWritten + pages !== before) turns = 0;
      before = socket.bytesWritten + pages;
    }

    client.destroy();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(pages).toBeLessThan(most);
  });

  it.each(["", "/", "/.", "/./"])("takes %j for the root", async (path) => {
    const { status, body } = await dav("PROPFIND", path, { depth: "0" });

    expect(status).toBe(207);
    expect(hrefsIn(body)).toEqual(["/dav/ocm/1/"]);
  });

  it("tells every property of a file", async () => {
    const { body } = await dav(
      "PROPFIND",
      "/hello.txt",
      { depth: "0" },
      "<d:propfind xmlns:d='DAV:'><allprop/></d:propfind>",
    );
    const entry = await tree.stat(["hello.txt"]);

    expect(body).toContain("<d:resourcetype/>");
    expect(body).toContain("<d:getcontentlength>11</d:getcontentlength>");
    expect(body).toContain(`<d:getetag>&quot;${entry.etag}&quot;</d:getetag>`);
    expect(body).toContain(`<d:getlastmodified>${entry.modifiedAt.toUTCString()}</d:getlastmodified>`);
    expect(body).toContain("<oc:permissions>GDNVW</oc:permissions>");
    expect(body).toContain(`<oc:id>${entry.id}</oc:id>`);
    expect(body).toContain(`<oc:fileid>${entry.id}</oc:fileid>`);
    expect(body).toContain("<oc:size>11</oc:size>");
    expect(body).not.toContain("404");
  });

  it("tells a viewer's rights", async () => {
    tree = memoryTree(FILES, { canWrite: false });
    const query =
      '<d:propfind xmlns:d="DAV:"><d:prop><permissions xmlns="http://owncloud.org/ns"/>' +
      '<share-permissions xmlns="http://open-collaboration-services.org/ns"/>' +
      '<share-permissions xmlns="http://open-cloud-mesh.org/ns"/></d:prop></d:propfind>';

    const { body } = await dav("PROPFIND", "/", { depth: "0" }, query);

    expect(body).toContain("<oc:permissions>G</oc:permissions>");
    expect(body).toContain("<ocs:share-permissions>1</ocs:share-permissions>");
    expect(body).toContain("<ocm:share-permissions>[&quot;read&quot;]</ocm:share-permissions>");
  });

  it("tells what it does not know in a 404 beside the rest", async () => {
    const query = propfindOf("d:getetag", "d:quota-used-bytes", "oc:tags", 'x xmlns="urn:&quot;&lt;"');

    const { body } = await dav("PROPFIND", "/hello.txt", { depth: "0" }, query);

    expect(body).toMatch(/<d:getetag>[^<]+<\/d:getetag><\/d:prop><d:status>HTTP\/1.1 200 OK/);
    expect(body).toContain(
      '<tags xmlns="http://owncloud.org/ns"/><x xmlns="urn:&quot;&lt;"/><d:quota-used-bytes/></d:prop><d:status>HTTP/1.1 404',
    );
  });

  it("misses the length of a folder only when it was named", async () => {
    expect((await dav("PROPFIND", "/sub", { depth: "0" })).body).not.toContain("getcontentlength");
    expect((await dav("PROPFIND", "/sub", { depth: "0" }, propfindOf("d:getcontentlength"))).body).toContain(
      "404 Not Found",
    );
  });

  it("gives names only, if asked so", async () => {
    const { body } = await dav(
      "PROPFIND",
      "/hello.txt",
      { depth: "0" },
      '<propfind xmlns="DAV:"><propname/></propfind>',
    );

    expect(body).toContain("<d:getetag/>");
    expect(body).not.toContain("<d:getetag>");
  });

  it.each<Record<string, string>>([{ depth: "infinity" }, {}])("refuses the whole tree (%j)", async (headers) => {
    const { status, body } = await dav("PROPFIND", "/", headers);

    expect(status).toBe(403);
    expect(body).toContain("<d:propfind-finite-depth/>");
  });

  it.each([
    ["/", { depth: "2" }, "", 400],
    ["/", { depth: "0" }, "<!DOCTYPE x><propfind/>", 400],
    ["/", { depth: "0" }, "<broken", 400],
    ["/none", { depth: "0" }, "", 404],
    ["/hello.txt/below", { depth: "0" }, "", 404],
  ])("of %s with %j answers %s with %i", async (path, headers, body, status) => {
    expect((await dav("PROPFIND", path, headers, body)).status).toBe(status);
  });

  it("sends a long listing page by page, no faster than it is read, and stops when nobody reads", async () => {
    let pages = 0;
    const entry = await tree.stat(["hello.txt"]);
    tree.list = async (_path, { limit = 1 } = {}) => {
      pages++;
      const items = Array.from({ length: limit }, (_, i): Entry => ({ ...entry, name: `${pages}-${i}` }));
      return { items, next: "more" };
    };
    const request = send({ port: port(), method: "PROPFIND", path: `${ROOT}/`, headers: { depth: "1" } });
    request.end();
    const [response] = await once(request, "response");
    await once(response, "readable");
    await new Promise((resolve) => setTimeout(resolve, 300));
    const pagesUnread = pages;

    response.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const pagesAtEnd = pages;
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(pagesUnread).toBeLessThan(40);
    expect(pages).toBe(pagesAtEnd);
  });

  it("breaks the connection when the listing fails halfway, so that nobody takes it for whole", async () => {
    const list = tree.list.bind(tree);
    tree.list = async (path, page) => {
      if (page?.after) throw new Error("the store is gone");
      return { ...(await list(path, page)), next: "more" };
    };

    await expect(dav("PROPFIND", "/", { depth: "1" })).rejects.toThrow();
  });
});

describe("GET", () => {
  it("gives the file in a way that runs nowhere", async () => {
    const { status, headers, body } = await dav("GET", "/hello.txt");

    expect(status).toBe(200);
    expect(body).toBe("hello world");
    expect(headers).toMatchObject({
      "content-length": "11",
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringMatching(/^sandbox; default-src 'none'/),
      "accept-ranges": "bytes",
    });
    expect(headers["content-disposition"]).toMatch(/^attachment/);
  });

  it("gives the headers alone for HEAD, and keeps the connection in step", async () => {
    const answer = await raw(
      `HEAD ${ROOT}/hello.txt HTTP/1.1\r\nHost: x\r\n\r\nGET ${ROOT}/hello.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );

    expect(answer.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
    expect(answer.match(/Content-Length: 11/gi)).toHaveLength(2);
    expect(answer.match(/hello world/g)).toHaveLength(1);
  });

  it.each([
    ["bytes=0-4", 206, "hello", "bytes 0-4/11"],
    ["bytes=6-", 206, "world", "bytes 6-10/11"],
    ["bytes=-5", 206, "world", "bytes 6-10/11"],
    ["bytes=0-999", 206, "hello world", "bytes 0-10/11"],
    ["bytes=0-0,2-3", 200, "hello world", undefined],
    ["items=0-1", 200, "hello world", undefined],
    ["bytes=11-", 416, "", "bytes */11"],
    ["bytes=-0", 416, "", "bytes */11"],
  ])("of %s answers %i with %j", async (range, status, body, contentRange) => {
    const answer = await dav("GET", "/hello.txt", { range });

    expect(answer).toMatchObject({ status, body });
    expect(answer.headers["content-range"]).toBe(contentRange);
  });

  it("holds to conditions", async () => {
    const { etag } = await tree.stat(["hello.txt"]);
    const status = async (headers: Record<string, string>) => (await dav("GET", "/hello.txt", headers)).status;

    expect(await status({ "if-none-match": `"${etag}"` })).toBe(304);
    expect(await status({ "if-match": '"other"' })).toBe(412);
    expect(await status({ range: "bytes=0-1", "if-range": `"${etag}"` })).toBe(206);
    expect(await status({ range: "bytes=0-1", "if-range": '"other"' })).toBe(200);
    expect(await status({ "if-modified-since": new Date(Date.now() + 5000).toUTCString() })).toBe(304);
    expect(await status({ "if-unmodified-since": "Sun, 06 Nov 1994 08:49:37 GMT" })).toBe(412);
    expect(await status({ "if-match": "unquoted" })).toBe(400);
  });

  it("never joins two versions: a file replaced in between is looked at again", async () => {
    const read = tree.read.bind(tree);
    let isReplaced = false;
    tree.read = async (path, options) => {
      if (!isReplaced) {
        isReplaced = true;
        const { Readable } = await import("node:stream");
        await tree.write(path, Readable.from([Buffer.from("NEW")]));
      }
      return read(path, options);
    };

    const { headers, body } = await dav("GET", "/hello.txt", { range: "bytes=0-99" });

    expect(body).toBe("NEW");
    expect(headers.etag).toBe(`"${(await tree.stat(["hello.txt"])).etag}"`);
  });

  it("has no bytes of a folder", async () => {
    expect((await dav("GET", "/sub")).status).toBe(405);
  });
});

describe("PUT", () => {
  it("creates, then replaces", async () => {
    const created = await dav("PUT", "/new.txt", {}, "one");
    const replaced = await dav("PUT", "/new.txt", {}, "two");

    expect([created.status, replaced.status]).toEqual([201, 204]);
    expect(replaced.headers.etag).toBe(`"${(await tree.stat(["new.txt"])).etag}"`);
    expect((await dav("GET", "/new.txt")).body).toBe("two");
  });

  it("holds to conditions", async () => {
    const { etag } = await tree.stat(["hello.txt"]);
    const status = async (path: string, headers: Record<string, string>) =>
      (await dav("PUT", path, headers, "x")).status;

    expect(await status("/hello.txt", { "if-none-match": "*" })).toBe(412);
    expect(await status("/hello.txt", { "if-match": '"old"' })).toBe(412);
    expect(await status("/none.txt", { "if-match": "*" })).toBe(412);
    expect(await status("/hello.txt", { "if-match": `"old", "${etag}"` })).toBe(204);
    expect(await status("/none.txt", { "if-none-match": "*" })).toBe(201);
  });

  it("holds to an If header, of which no lock token is ever true", async () => {
    const { etag } = await tree.stat(["hello.txt"]);
    const status = async (condition: string) => (await dav("PUT", "/new.txt", { if: condition }, "x")).status;

    expect(await status("(<urn:uuid:1>)")).toBe(412);
    expect(await status('(["old"])')).toBe(412);
    expect(await status(`<${ROOT}/hello.txt> (["old"]) (["${etag}"])`)).toBe(201);
    expect(await status(`<https://cloud.example.org${ROOT}/hello.txt> ([W/"${etag}"])`)).toBe(412);
    expect(await status("(Not <DAV:no-lock>)")).toBe(204);
    expect(await status(`</dav/ocm/2/hello.txt> (["${etag}"])`)).toBe(412);
    expect(await status("nonsense")).toBe(400);
  });

  it.each([
    ["/sub", {}, 405],
    ["/sub/", {}, 405],
    ["/new/", {}, 405],
    ["/", {}, 405],
    ["/no/where.txt", {}, 409],
    ["/hello.txt/below", {}, 409],
    ["/new.txt", { "content-range": "bytes 0-1/2" }, 400],
    ["/new.txt", { "content-encoding": "gzip" }, 415],
  ])("on %s with %j is refused with %i", async (path, headers: Record<string, string>, status) => {
    expect((await dav("PUT", path, headers, "x")).status).toBe(status);
  });

  it("is seen only when it came whole", async () => {
    const request = send({ port: port(), method: "PUT", path: `${ROOT}/cut.txt`, headers: { "content-length": 100 } });
    request.on("error", () => {});
    request.write("half");
    await new Promise((resolve) => setTimeout(resolve, 50));

    request.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect((await dav("GET", "/cut.txt")).status).toBe(404);
  });
});

describe("a condition that was true when it was judged", () => {
  const UNMODIFIED = { "if-unmodified-since": new Date(Date.now() + 60_000).toUTCString() };
  /** Somebody else is a little quicker than the change that was just found to be allowed. */
  function outrun(happen: (original: Tree) => Promise<unknown>): void {
    const original = tree;
    const after =
      <A extends unknown[], R>(change: (...args: A) => Promise<R>) =>
      async (...args: A) => {
        await happen(original);
        return change(...args);
      };
    const { write, remove, move, copy } = original;
    tree = { ...original, write: after(write), remove: after(remove), move: after(move), copy: after(copy) };
  }
  const theirs = (original: Tree) => original.write(["hello.txt"], Readable.from([Buffer.from("theirs")]));

  it.each(["PUT", "DELETE", "MOVE", "COPY"])("is held against what %s changes once more", async (method) => {
    const { etag } = await tree.stat(["hello.txt"]);
    const conditions: Record<string, string>[] = [
      UNMODIFIED,
      { "if-match": `"${etag}"` },
      { if: `(["${etag}"])` },
      { "if-none-match": '"x"' },
    ];

    for (const condition of conditions) {
      tree = memoryTree(FILES);
      outrun(theirs);
      expect((await dav(method, "/hello.txt", { ...condition, destination: `${ROOT}/x` }, "")).status).toBe(412);
      expect((await dav("GET", "/hello.txt")).body).toBe("theirs");
      expect((await dav("GET", "/x")).status).toBe(404);
    }
  });

  it("that nothing stands there is too, and that anything does is still true", async () => {
    outrun(theirs);
    await tree.remove(["hello.txt"]);
    expect((await dav("PUT", "/hello.txt", { if: '(Not ["x"])' }, "mine")).status).toBe(412);

    expect((await dav("PUT", "/hello.txt", { "if-match": "*" }, "mine")).status).toBe(204);
  });
});

describe("changes", () => {
  it("makes folders, once and only where there is a place", async () => {
    expect((await dav("MKCOL", "/new/")).status).toBe(201);
    expect((await dav("MKCOL", "/new/")).status).toBe(405);
    expect((await dav("MKCOL", "/hello.txt")).status).toBe(405);
    expect((await dav("MKCOL", "/no/where")).status).toBe(409);
    expect((await dav("MKCOL", "/other", {}, "<x/>")).status).toBe(415);
    expect((await dav("MKCOL", "/")).status).toBe(405);
  });

  it("deletes what is there, but never the root", async () => {
    expect((await dav("DELETE", "/sub")).status).toBe(204);
    expect((await dav("DELETE", "/sub")).status).toBe(404);
    expect((await dav("DELETE", "/hello.txt", { "if-match": '"old"' })).status).toBe(412);
    expect((await dav("DELETE", "/")).status).toBe(403);
    expect((await dav("GET", "/hello.txt")).status).toBe(200);
  });

  it.each([
    ["MOVE", "/hello.txt", { destination: `${ROOT}/moved.txt` }, 201],
    ["MOVE", "/hello.txt", { destination: `https://cloud.example.org${ROOT}/./moved.txt`, overwrite: "F" }, 201],
    ["MOVE", "/hello.txt", { destination: `${ROOT}/sub/inner.txt` }, 204],
    ["MOVE", "/hello.txt", { destination: `${ROOT}/sub/inner.txt`, overwrite: "F" }, 412],
    ["COPY", "/sub", { destination: `${ROOT}/copy/` }, 201],
    ["COPY", "/sub", { destination: `${ROOT}/copy`, depth: "0" }, 201],
    ["COPY", "/sub", { destination: `${ROOT}/copy`, depth: "1" }, 400],
    ["MOVE", "/sub", { destination: `${ROOT}/copy`, depth: "0" }, 400],
    ["MOVE", "/sub", { destination: `${ROOT}/sub/deep/er` }, 403],
    ["MOVE", "/sub", { destination: `${ROOT}/sub` }, 403],
    ["COPY", "/sub/deep", { destination: `${ROOT}/sub` }, 403],
    ["MOVE", "/", { destination: `${ROOT}/x` }, 403],
    ["MOVE", "/hello.txt", { destination: `${ROOT}/no/where` }, 409],
    ["MOVE", "/none.txt", { destination: `${ROOT}/x` }, 404],
    ["MOVE", "/hello.txt", {}, 400],
    ["MOVE", "/hello.txt", { destination: `${ROOT}/x`, overwrite: "maybe" }, 400],
    ["MOVE", "/hello.txt", { destination: `https://other.example.org${ROOT}/x` }, 502],
    ["MOVE", "/hello.txt", { destination: "/dav/ocm/2/x" }, 403],
    ["MOVE", "/hello.txt", { destination: "/dav/ocm/10/x" }, 403],
    ["MOVE", "/hello.txt", { destination: `${ROOT}/../2/x` }, 400],
    ["COPY", "/hello.txt", { destination: `${ROOT}/%2e%2e/2/x` }, 400],
    ["COPY", "/hello.txt", { destination: `${ROOT}/a%2Fb` }, 400],
  ])("%s %s with %j answers %i", async (method, path, headers: Record<string, string>, status) => {
    expect((await dav(method, path, headers)).status).toBe(status);
  });

  it("copies a folder with what is in it, unless asked not to", async () => {
    await dav("COPY", "/sub", { destination: `${ROOT}/whole` });
    await dav("COPY", "/sub", { destination: `${ROOT}/bare`, depth: "0" });

    expect((await dav("GET", "/whole/inner.txt")).body).toBe("inner");
    expect((await tree.list(["bare"])).items).toEqual([]);
  });

  it.each(["PUT", "MKCOL", "DELETE", "MOVE", "COPY"])("%s is not for a viewer", async (method) => {
    tree = memoryTree(FILES, { canWrite: false });
    const path = method === "MKCOL" ? "/new" : "/hello.txt";

    const { status, body } = await dav(method, path, { destination: `${ROOT}/x` }, method === "PUT" ? "x" : "");

    expect(status).toBe(403);
    expect(body).toContain("<s:exception>READ_ONLY</s:exception>");
  });

  it("sets no property, and says so of each", async () => {
    const update =
      '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><x xmlns="urn:x">1</x></d:prop></d:set></d:propertyupdate>';

    const { status, body } = await dav("PROPPATCH", "/hello.txt", {}, update);

    expect(status).toBe(207);
    expect(body).toContain('<x xmlns="urn:x"/></d:prop><d:status>HTTP/1.1 403 Forbidden');
  });

  it.each(["LOCK", "UNLOCK", "POST", "REPORT"])("%s is not known", async (method) => {
    const { status, headers } = await dav(method, "/hello.txt");

    expect(status).toBe(405);
    expect(headers.allow).not.toContain("LOCK");
  });
});

describe("a share of one file", () => {
  beforeEach(() => {
    tree = memoryTree({ "": "the file" }, { rootName: "report.txt" });
  });

  it.each(["", "/", "/.", "/report.txt"])("is reached at %j", async (path) => {
    const { body, status } = await dav("PROPFIND", path, { depth: "1" });

    expect(status).toBe(207);
    expect(hrefsIn(body)).toEqual([path === "/report.txt" ? "/dav/ocm/1/report.txt" : "/dav/ocm/1"]);
    expect((await dav("GET", path)).body).toBe("the file");
  });

  it("can be written, but not removed, moved or joined", async () => {
    expect((await dav("PUT", "/", {}, "new")).status).toBe(204);
    expect((await dav("GET", "/report.txt")).body).toBe("new");
    expect((await dav("DELETE", "/report.txt")).status).toBe(403);
    expect((await dav("MOVE", "", { destination: `${ROOT}/x` })).status).toBe(403);
    expect((await dav("PUT", "/other.txt", {}, "x")).status).toBe(409);
    expect((await dav("GET", "/other.txt")).status).toBe(404);
  });
});

describe("hostile requests", () => {
  it.each([
    "/../2/secret",
    "/sub/../../2",
    "/%2e%2e/2",
    "/.%2E/2",
    "/..%2f2",
    "/a%2Fb",
    "/a%5Cb",
    "/a%00b",
    "/a%0d%0ab",
    "/a%7Fb",
    "/%E2%80%AE",
    "/%FF",
    "/%C0%AE%C0%AE/x",
    "/%",
    `/${"x".repeat(256)}`,
  ])("for %s are refused with 400", async (path) => {
    const answer = await raw(`GET ${ROOT}${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

    expect(answer).toMatch(/^HTTP\/1.1 400/);
  });

  it.each(["#", "#/../2"])("with a fragment (%s) are refused", async (fragment) => {
    const answer = await raw(`GET ${ROOT}/hello.txt${fragment} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

    expect(answer).toMatch(/^HTTP\/1.1 400/);
  });

  it("never put what a client sent unescaped into XML", async () => {
    const { body } = await dav("PROPFIND", "/%3Cscript%3E%26", { depth: "0" });

    expect(body).not.toContain("<script>");
  });

  it("leave the connection of a pipelining client in step, bodies unread or not", async () => {
    const put = `PUT ${ROOT}/a%00b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nGET /`;
    const answer = await raw(
      `${put}GET ${ROOT}/none HTTP/1.1\r\nHost: x\r\n\r\nGET ${ROOT}/hello.txt HTTP/1.1\r\nHost: x\r\n\r\n`,
      { until: /hello world/ },
    );

    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 400", "HTTP/1.1 404", "HTTP/1.1 200"]);
  });

  it("with a long body get their answer, then the connection ends", async () => {
    tree = memoryTree(FILES, { canWrite: false });
    const begun = performance.now();

    const answer = await raw(
      `PUT ${ROOT}/big HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\n${"x".repeat(300_000)}`,
      {
        until: /<\/d:error>/,
      },
    );

    expect(answer).toMatch(/^HTTP\/1.1 403/);
    expect(answer).toMatch(/^connection: close/im);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe("faults", () => {
  it("that nobody expected are 503, which makes no cloud forget a share", async () => {
    tree.stat = async () => {
      throw new Error("connection refused: 10.0.0.5");
    };

    const { status, headers, body } = await dav("PROPFIND", "/", { depth: "0" });

    expect(status).toBe(503);
    expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    expect(body).not.toContain("10.0.0.5");
  });

  it("break a body that was begun, rather than end it", async () => {
    const read = tree.read.bind(tree);
    tree.read = async (path, options) => {
      const result = await read(path, options);
      result.body.push = () => false;
      queueMicrotask(() => result.body.destroy(new Error("disk")));
      return result;
    };

    await expect(dav("GET", "/hello.txt")).rejects.toThrow();
  });
});
