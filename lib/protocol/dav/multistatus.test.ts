import { describe, expect, it } from "vitest";
import { type DavResource, readMultistatus } from "./multistatus";

async function read(xml: string, { size = 7, limits = {} } = {}): Promise<DavResource[]> {
  const bytes = Buffer.from(xml);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found: DavResource[] = [];
  for await (const resource of readMultistatus(chunks(), limits)) found.push(resource);
  return found;
}

const FOLDER = `<?xml version="1.0"?>
<D:multistatus xmlns:D="DAV:" xmlns:oc="http://owncloud.org/ns">
 <D:response><D:href> /dav/a%20b/ </D:href>
  <D:propstat><D:status>HTTP/1.1 200 OK</D:status><D:prop>
    <D:resourcetype><D:collection/></D:resourcetype><oc:permissions>GCK</oc:permissions></D:prop></D:propstat>
  <D:propstat><D:prop><D:getetag>"no"</D:getetag></D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat>
 </D:response>
 <D:response><D:href>/dav/a%20b/x&amp;y</D:href>
  <D:propstat><D:prop><D:resourcetype/><D:getetag>&quot;1&quot;</D:getetag>
   <D:getcontentlength><![CDATA[12]]></D:getcontentlength></D:prop><D:status>HTTP/2 200</D:status></D:propstat>
  <D:error><D:prop><D:getetag>trick</D:getetag></D:prop></D:error>
 </D:response>
</D:multistatus>`;

describe("a multistatus", () => {
  it("is read whatever the chunks", async () => {
    for (const size of [1, 7, 100_000]) {
      const [folder, file, ...rest] = await read(FOLDER, { size });

      expect(rest).toEqual([]);
      expect(folder).toMatchObject({ href: "/dav/a%20b/", isFolder: true });
      expect([...(folder?.properties ?? [])]).toEqual([
        ["{DAV:}resourcetype", ""],
        ["{http://owncloud.org/ns}permissions", "GCK"],
      ]);
      expect(file).toMatchObject({ href: "/dav/a%20b/x&y", isFolder: false });
      expect(file?.properties.get("{DAV:}getetag")).toBe('"1"');
      expect(file?.properties.get("{DAV:}getcontentlength")).toBe("12");
    }
  });

  it("gives each resource as soon as it is whole", async () => {
    let isRestSent = false;
    async function* chunks() {
      yield Buffer.from(FOLDER.slice(0, FOLDER.indexOf("</D:response>") + 13));
      isRestSent = true;
      yield Buffer.from(FOLDER.slice(FOLDER.indexOf("</D:response>") + 13));
    }

    const first = await readMultistatus(chunks()).next();

    expect(first.value).toMatchObject({ href: "/dav/a%20b/" });
    expect(isRestSent).toBe(false);
  });

  it.each([
    ["cut off", FOLDER.slice(0, -20)],
    ["HTML", "<!DOCTYPE html><html></html>"],
    ["empty", ""],
    ["not XML", "{}"],
  ])("that is %s is refused", async (_name, xml) => {
    await expect(read(xml)).rejects.toMatchObject({ code: "XML_INVALID" });
  });

  it("keeps no more of a text than an address may have", async () => {
    const [resource] = await read(FOLDER.replace("/dav/a%20b/x", "x".repeat(1_000_000)), { size: 10_000 }).then((all) =>
      all.slice(1),
    );

    expect(resource?.href.length).toBeLessThanOrEqual(16_384);
  });

  it("ends at the limit of bytes", async () => {
    await expect(read(FOLDER, { limits: { maxBytes: 500 } })).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
  });
});
