import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { makeSite } from "@/tests/make";

process.env.TRUSTED_PROXIES = "10.0.0.0/8, fd00::1"; // before the configuration is read
const { settle } = await import("./settle");

async function settled(from: string, headers: Record<string, string>) {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: from });
  const req = new IncomingMessage(socket);
  Object.assign(req.headers, headers);
  req.url = "/files?x=1";
  await settle(req);
  return req.headers;
}

it("believes nothing that a stranger says of site and address", async () => {
  const site = await makeSite("https://cloud.example.org");

  const headers = await settled("203.0.113.9", {
    host: "cloud.example.org",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-host": "evil.example.org",
    "x-forwarded-proto": "http",
    "x-real-ip": "192.0.2.1",
    forwarded: "for=192.0.2.1",
    "x-tessera-site": "another",
    "x-tessera-address": "192.0.2.1",
  });

  expect(headers).toMatchObject({
    "x-tessera-site": site.id,
    "x-tessera-address": "203.0.113.9",
    "x-tessera-target": "/files?x=1",
    "x-forwarded-host": "cloud.example.org",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "203.0.113.9",
  });
  expect(headers).not.toHaveProperty("forwarded");
  expect(headers).not.toHaveProperty("x-real-ip");
});

it("takes the address from a trusted proxy, but none that the client made up before it", async () => {
  await makeSite();

  const headers = await settled("::ffff:10.0.0.5", { "x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.1.2.3" });

  expect(headers["x-tessera-address"]).toBe("203.0.113.9");
});

it.each(["", "nonsense", "10.0.0.1"])("falls back to the proxy's own address where it says %j", async (said) => {
  await makeSite();

  expect((await settled("10.0.0.5", { "x-forwarded-for": said }))["x-tessera-address"]).toBe("10.0.0.5");
});

it("picks the site by Host, or by what a trusted proxy forwards, and knows no other", async () => {
  const [a, b] = [await makeSite("https://a.example.org"), await makeSite("https://b.example.org:8443")];

  expect((await settled("203.0.113.9", { host: "A.example.org" }))["x-tessera-site"]).toBe(a.id);
  expect((await settled("203.0.113.9", { host: "b.example.org:8443" }))["x-tessera-site"]).toBe(b.id);
  const forwarded = { host: "inside", "x-forwarded-host": "b.example.org:8443" };
  expect((await settled("fd00::1", forwarded))["x-tessera-site"]).toBe(b.id);
  await expect(settled("203.0.113.9", { host: "c.example.org" })).rejects.toMatchObject({ status: 421 });
});

it("lets a single site answer to any name", async () => {
  const site = await makeSite("https://cloud.example.org");

  expect((await settled("203.0.113.9", { host: "192.0.2.80" }))["x-tessera-site"]).toBe(site.id);
});
