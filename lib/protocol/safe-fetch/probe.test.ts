import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { resolveHost } from "./connector";
import { probeConnection, readCertificate } from "./probe";

/** Made for this test, and of no use elsewhere: nobody vouches for it. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQGEInKStYvDpmazN
xJ0jOpto//0D8dgwg7pMV55GSRqhRANCAAQpef2Zu/lI/UPv4qr7mTIQl1677TfJ
aQ82VCep4lUK1Xh84Dbc8K7oCtWdYDw2wex35KTybcio/HS2c8e7Al83
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIB4jCCAYigAwIBAgIUVL5390dEuqMAUwyuufLTeOykshcwCgYIKoZIzj0EAwIw
KzENMAsGA1UECgwEVGVzdDEaMBgGA1UEAwwRY2xvdWQuZXhhbXBsZS5vcmcwIBcN
MjYxMTI1MTMwMzUzWhgPMjEyNjExMDExMzAzNTNaMCsxDTALBgNVBAoMBFRlc3Qx
GjAYBgNVBAMMEWNsb3VkLmV4YW1wbGUub3JnMFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEKXn9mbv5SP1D7+Kq+5kyEJdeu+03yWkPNlQnqeJVCtV4fOA23PCu6ArV
nWA8NsHsd+Sk8m3IqPx0tnPHuwJfN6OBhzCBhDAdBgNVHQ4EFgQUDSTtyjkqD0p/
Yk13kK0wTji5CEgwHwYDVR0jBBgwFoAUDSTtyjkqD0p/Yk13kK0wTji5CEgwDwYD
VR0TAQH/BAUwAwEB/zAxBgNVHREEKjAoghFjbG91ZC5leGFtcGxlLm9yZ4INKi5l
eGFtcGxlLm9yZ4cEwAACATAKBggqhkjOPQQDAgNIADBFAiEAnYP65M8E8mRfXamB
u+Bx2RrArajL3buCUMdP4Duhw1ICIBrqXFTgP1bbqbPDdXoUelJ92mtUTO/bU4iv
7U7nmAGe
-----END CERTIFICATE-----`;

const server = createServer({ key, cert });
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
    code: "PEER_UNREACHABLE",
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
