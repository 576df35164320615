import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CERTIFICATE } from "@/tests/certificate";
import { resolveHost } from "./connector";
import { probeConnection, readCertificate } from "./probe";

const server = createServer(CERTIFICATE);
let port: number;
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => void server.close());

const exceptions = [{ host: "peer.localhost", address: "127.0.0.1" }];
const failureOf = (url: string) =>
  probeConnection(new URL(url), exceptions, resolveHost).catch(({ code, cause }) => ({ code, cause: cause?.code }));

it("says what was wrong with a connection that did not come about", async () => {
  expect(await failureOf(`https://peer.localhost:${port}`)).toEqual({
    code: "PEER_CERTIFICATE_INVALID",
    cause: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  expect(await failureOf("https://nowhere.localhost")).toEqual({ code: "PEER_ADDRESS_REFUSED", cause: undefined });
  expect(await failureOf("https://10.0.0.1")).toEqual({ code: "PEER_ADDRESS_REFUSED", cause: undefined });
});

it("connects to an exception by plain http, and sees no certificate", async () => {
  const seen = await probeConnection(new URL(`http://peer.localhost:${port}`), exceptions, resolveHost);

  expect(seen).toEqual({ address: "127.0.0.1", certificate: null });
});

it("reads the names, the issuer and the end of a certificate", async () => {
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await new Promise((resolve) => socket.once("secureConnect", resolve));

  const { names, issuer, validTo } = readCertificate(socket.getPeerCertificate());

  expect(names).toEqual(["cloud.example.org", "*.example.org", "192.0.2.1"]);
  expect(issuer).toBe("Test, cloud.example.org");
  expect(validTo.getUTCFullYear()).toBeGreaterThan(2100);
  socket.destroy();
});
