import { describe, expect, it } from "vitest";
import { encodeInvite, findInvite, inviteLink } from "./invite-string";

const token = "a55a966e-15c1-4cb9-a39d-4e4c54399baf";
const provider = "cloud.example.org";
const plain = `${token}@${provider}`;
const canonical = "YTU1YTk2NmUtMTVjMS00Y2I5LWEzOWQtNGU0YzU0Mzk5YmFmQGNsb3VkLmV4YW1wbGUub3Jn";
const link = `https://${provider}/wayf?token=${token}`;
const invite = { token, provider };

it("writes the canonical string of the specification's example", () => {
  expect(encodeInvite(invite)).toBe(canonical);
});

it("reads back what it writes, whatever the token", () => {
  for (const odd of ["x", "a@b@c", "???>>>~~~", "inv_0-_9"]) {
    const parts = { token: odd, provider: "alpha.localhost:3001" };

    expect(findInvite(encodeInvite(parts))).toEqual(parts);
  }
});

it("makes the link of the where-are-you-from page", () => {
  expect(inviteLink("https://cloud.example.org/wayf?lang=de", "a b")).toBe(
    "https://cloud.example.org/wayf?lang=de&token=a+b",
  );
});

describe("finds the invite in", () => {
  const standard = Buffer.from("tok~~~???>>>@cloud.example.org").toString("base64");

  it.each([
    ["a link", link],
    ["a link of the accept dialog", `https://mine.example.org/accept?token=${token}&providerDomain=${provider}`],
    ["a provider with scheme", `https://mine.example.org/accept?token=${token}&providerDomain=https://${provider}/`],
    ["a link in HTML", `<a href="https://mine.example.org/?token=${token}&amp;providerDomain=${provider}">yes</a>`],
    ["a link at the end of a sentence", `Follow me to ${link}.\n\nBob`],
    ["a link before the signature", `${link}\nBob`],
    ["the canonical string", canonical],
    ["the string with spaces around", `  ${canonical}\n\n`],
    ["a padded string", Buffer.from(plain).toString("base64")],
    ["a string in two lines", `${canonical.slice(0, 40)}\n${canonical.slice(40)}\n`],
    ["a string in a sentence", `Use the code ${canonical} please`],
    ["a string after a colon", `Code:${canonical}`],
    ["plain text", plain],
    ["plain text in two lines", `${token.slice(0, 20)}\n${token.slice(20)}@${provider}`],
    ["plain text in a sentence", `Hello, (${plain}), from alice@example.org`],
    ["an upper-case host", `${token}@Cloud.Example.ORG:443`],
  ])("%s", (_, text) => {
    expect(findInvite(text)).toEqual(invite);
  });

  it("either alphabet of base64, with and without padding", () => {
    const wanted = { token: "tok~~~???>>>", provider };

    for (const text of [standard, standard.replace(/=+$/, ""), encodeInvite(wanted), `${encodeInvite(wanted)}==`]) {
      expect(findInvite(text)).toEqual(wanted);
    }
  });

  it("a whole mail, quoted and with broken lines", () => {
    const long = `https://mine.example.org/index.php/apps/accept?providerDomain=${provider}&token=${token}`;
    const quoted = (body: string) => body.replace(/^/gm, "> ");
    const mail = (body: string) =>
      [
        "From: Alice <alice@example.org>",
        "To: bob@example.org",
        "Message-ID: <CAF0aBcDeFgHiJ1234567890xyz@mail.example.org>",
        "Subject: You are invited",
        "",
        "Alice invites you:",
        "",
        body,
        "",
        "Alice",
      ].join("\r\n");

    expect(findInvite(mail(`${long.slice(0, 72)}\r\n${long.slice(72)}`))).toEqual(invite);
    expect(findInvite(quoted(mail(link)))).toEqual(invite);
    expect(findInvite(quoted(mail(canonical.replace(/.{30}/g, "$&\n"))))).toEqual(invite);
    expect(findInvite(mail(plain))).toEqual(invite);
    expect(findInvite(mail(`https://${provider}/wayf?token=\n${token}`))).toEqual(invite);
  });

  it("a mail that holds other links too", () => {
    expect(findInvite(`https://example.org/news?id=7 and then ${link} or so`)).toEqual(invite);
  });
});

it.each([
  "",
  "hello",
  "From: alice@example.org\nTo: bob@example.org\n\nLunch today?",
  "https://cloud.example.org/wayf",
  "https://cloud.example.org/wayf?token=",
  "javascript:alert(1)?token=x",
  "Message-ID: <CAF0aBcDeFgHiJ1234567890xyz@mail.example.org>\n\nLunch today?",
  Buffer.from("no at sign in here").toString("base64url"),
  Buffer.from("token@").toString("base64url"),
  Buffer.from("@cloud.example.org").toString("base64url"),
  Buffer.from([0xff, 0xfe, 0x40, 0x61, 0x2e, 0x62]).toString("base64url"),
  `${"x".repeat(300)}@cloud.example.org`,
])("finds none in %j", (text) => {
  expect(findInvite(text)).toBeNull();
});

it("is quick with what is hostile", () => {
  const hostile = [
    "A".repeat(1e6),
    "A\n".repeat(5e5),
    "AAAAAAAA\n".repeat(1e5),
    "https://".repeat(1e5),
    `https://a/${".".repeat(99_000)}a`,
    `x${".".repeat(99_000)}a`,
    ">".repeat(1e6),
    "a@".repeat(5e5),
  ];
  const slowest = Math.max(...hostile.map((text) => millisecondsOf(() => findInvite(text))));

  expect(slowest).toBeLessThan(20_000); // a square of their length would take hours
});

function millisecondsOf(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
