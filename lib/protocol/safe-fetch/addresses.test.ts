import { describe, expect, it } from "vitest";
import {
  type AllowedHost,
  exceptionsFor,
  isExceptedAddress,
  isInPrivateNetwork,
  isPublicAddress,
  readPrivateNetwork,
} from "./addresses";

it.each([
  "1.1.1.1",
  "8.8.8.8",
  "192.0.66.1",
  "172.32.0.1",
  "2606:4700:4700::1111",
  "2a00:1450:4001::1",
  "::ffff:1.1.1.1",
])("%s is public", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ["private", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"]],
  ["loopback", ["127.0.0.1", "127.255.255.254", "::1"]],
  ["unspecified", ["0.0.0.0", "0.1.2.3", "::"]],
  ["link-local", ["169.254.169.254", "fe80::1", "fe80::1%eth0", "febf::1"]],
  ["site-local", ["fec0::1"]],
  ["shared by carriers", ["100.64.0.1", "100.127.255.255"]],
  ["multicast or broadcast", ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"]],
  ["reserved", ["192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "240.0.0.1", "192.88.99.1"]],
  ["reserved in IPv6", ["2001:db8::1", "100::1", "2001:2::1", "2001:10::1", "3fff::1", "5f00::1"]],
  ["mapped", ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe"]],
  ["compatible", ["::127.0.0.1", "::7f00:1", "::1.1.1.1"]],
  ["translated", ["::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::1.1.1.1", "64:ff9b:1::1"]],
  ["6to4", ["2002:7f00:1::", "2002:101:101::1"]],
  ["Teredo", ["2001::1", "2001:0:7f00:1::"]],
  ["no address", ["", "localhost", "1.1.1.1 ", "1.1.1.1%eth0", "example.org"]],
])("what is %s is not public", (_, addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

const isAllowed = (allowed: AllowedHost[], hostname: string, address: string, port = "443") =>
  isExceptedAddress(exceptionsFor(allowed, hostname, port), address);

it("an exception that names a port holds for that port only", () => {
  const allowed = [{ host: "alpha.localhost:3001", address: "127.0.0.1" }];

  expect(isAllowed(allowed, "alpha.localhost", "127.0.0.1", "3001")).toBe(true);
  expect(isAllowed(allowed, "alpha.localhost", "127.0.0.1", "5432")).toBe(false);
});

it("an exception holds for that host at that address only", () => {
  const allowed = [
    { host: "alpha.localhost", address: "127.0.0.1" },
    { host: "v6.example.org", address: "FD00::1" },
  ];

  expect(isAllowed(allowed, "alpha.localhost", "127.0.0.1")).toBe(true);
  expect(isAllowed(allowed, "ALPHA.localhost", "::ffff:127.0.0.1")).toBe(true);
  expect(isAllowed(allowed, "v6.example.org", "fd00:0:0::1")).toBe(true);
  expect(isAllowed(allowed, "alpha.localhost", "127.0.0.2")).toBe(false);
  expect(isAllowed(allowed, "alpha.localhost", "fd00::1")).toBe(false);
  expect(isAllowed(allowed, "beta.localhost", "127.0.0.1")).toBe(false);
  expect(isAllowed(allowed, "x.alpha.localhost", "127.0.0.1")).toBe(false);
  expect(isAllowed([{ host: "alpha.localhost", address: "nonsense" }], "alpha.localhost", "nonsense")).toBe(false);
});

describe("a private network", () => {
  it.each([
    ["10.1.2.0/24", "10.1.2.0/24"],
    ["10.1.2.77/24", "10.1.2.0/24"],
    [" 192.168.7.9 ", "192.168.7.9/32"],
    ["172.16.0.0/12", "172.16.0.0/12"],
    ["100.64.3.0/28", "100.64.3.0/28"],
    ["fd12:3456::/32", "fd12:3456::/32"],
    ["FD12::5", "fd12::5/128"],
  ])("is read from %s", (text, network) => {
    expect(readPrivateNetwork(text)).toBe(network);
  });

  it.each([
    ...["127.0.0.1", "127.0.0.0/8", "::1", "169.254.169.254", "169.254.0.0/16", "fe80::/10", "0.0.0.0/0", "::/0"],
    ...["8.8.8.8", "10.0.0.0/7", "172.16.0.0/11", "192.168.0.0/15", "10.1.2.0/", "10.1.2.0/33", "10.1.2.0/24/24"],
    ...["10.1.2.0/2e1", "::ffff:127.0.0.1", "224.0.0.1", "localhost", "", "fd00::/7", "fe80::1%eth0"],
  ])("is not read from %j", (text) => {
    expect(readPrivateNetwork(text)).toBe(null);
  });

  it.each([
    ["10.1.2.0/24", "10.1.2.3", true],
    ["10.1.2.0/24", "::ffff:10.1.2.3", true],
    ["10.1.2.0/24", "10.1.3.3", false],
    ["10.1.2.0/24", "127.0.0.1", false],
    ["10.1.2.0/24", "fd12::5", false],
    ["10.0.0.0/8", "169.254.169.254", false],
    ["fd12::/16", "fd12::5", true],
    ["fd12::/16", "fe80::5", false],
    ["fd12::/16", "", false],
  ])("%s holds %j: %j", (network, address, isIn) => {
    expect(isInPrivateNetwork(network, address)).toBe(isIn);
  });
});
