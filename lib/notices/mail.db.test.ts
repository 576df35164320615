import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { startMailServer } from "@/tests/mail-server";
import { enqueueMail, mailIsConfigured, sendMail, sendSealedMail } from "./mail";

const letter = { to: "bob@example.org", subject: "An invite", text: "The token is inv_secret." };
let server: Awaited<ReturnType<typeof startMailServer>>;

beforeAll(async () => {
  server = await startMailServer();
  process.env.SMTP_URL = `smtp://127.0.0.1:${server.port}?ignoreTLS=true`;
  process.env.MAIL_FROM = "Cloud <cloud@example.org>";
});
beforeEach(() => {
  server.taken.length = 0;
});
afterAll(() => server.stop());

it("hands a letter to the mail server", async () => {
  await sendMail(letter);

  expect(mailIsConfigured()).toBe(true);
  expect(server.taken).toEqual([{ from: "cloud@example.org", to: ["bob@example.org"], text: letter.text }]);
});

it("says so when the mail server refuses", async () => {
  server.refuse(true);

  await expect(sendMail(letter)).rejects.toMatchObject({ status: 502, code: "MAIL_FAILED" });
  server.refuse(false);
});

it("sends to one address, whatever stands in it", async () => {
  await sendMail({ ...letter, to: "bob@example.org, eve@example.org" }).catch(() => {});

  expect(server.taken.flatMap(({ to }) => to)).not.toContain("eve@example.org");
});

it("keeps no secret of a letter readable in the queue", async () => {
  await db().$transaction((tx) => enqueueMail(tx, letter));

  const [job] = await db().$queryRaw<
    { payload: { sealed: string } }[]
  >`SELECT payload FROM graphile_worker._private_jobs`;
  expect(JSON.stringify(job)).not.toContain("inv_secret");
  await sendSealedMail(job?.payload ?? { sealed: "" });
  expect(server.taken.map(({ text }) => text)).toEqual([letter.text]);
});
