import net, { type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { enqueueMail, mailIsConfigured, sendMail, sendSealedMail } from "./mail";

const letter = { to: "bob@example.org", subject: "An invite", text: "The token is inv_secret." };
const received: string[] = [];
let refuses = false;

/** As little SMTP as a client needs. @see RFC 5321, 3.3 */
const server = net.createServer((socket) => {
  let isContent = false;
  socket.write("220 mail.example.org\r\n");
  socket.on("data", (bytes) => {
    const text = bytes.toString();
    received.push(text);
    if (isContent) {
      if (!text.endsWith("\r\n.\r\n")) return;
      isContent = false;
      socket.write("250 taken\r\n");
    } else if (/^DATA/i.test(text)) {
      isContent = true;
      socket.write("354 go on\r\n");
    } else if (refuses && /^RCPT/i.test(text)) socket.write("550 no such person\r\n");
    else if (/^QUIT/i.test(text)) socket.end("221 bye\r\n");
    else socket.write("250 fine\r\n");
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  process.env.SMTP_URL = `smtp://127.0.0.1:${port}?ignoreTLS=true`;
  process.env.MAIL_FROM = "Cloud <cloud@example.org>";
});
afterAll(() => server.close());

it("hands a letter to the mail server", async () => {
  await sendMail(letter);

  const all = received.join("");
  expect(mailIsConfigured()).toBe(true);
  expect(all).toContain("MAIL FROM:<cloud@example.org>");
  expect(all).toContain("RCPT TO:<bob@example.org>");
  expect(all).toContain("The token is inv_secret.");
});

it("says so when the mail server refuses", async () => {
  refuses = true;

  await expect(sendMail(letter)).rejects.toMatchObject({ status: 502, code: "MAIL_FAILED" });
  refuses = false;
});

it("sends to one address, whatever stands in it", async () => {
  received.length = 0;

  await sendMail({ ...letter, to: "bob@example.org, eve@example.org" }).catch(() => {});

  expect(received.join("")).not.toContain("RCPT TO:<eve@example.org>");
});

it("keeps no secret of a letter readable in the queue", async () => {
  await db().$transaction((tx) => enqueueMail(tx, letter));

  const [job] = await db().$queryRaw<
    { payload: { sealed: string } }[]
  >`SELECT payload FROM graphile_worker._private_jobs`;
  expect(JSON.stringify(job)).not.toContain("inv_secret");
  received.length = 0;
  await sendSealedMail(job?.payload ?? { sealed: "" });
  expect(received.join("")).toContain("inv_secret");
});
