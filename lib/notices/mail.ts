import nodemailer from "nodemailer";
import { config } from "@/lib/core/config";
import type { Tx } from "@/lib/core/db";
import { AppError } from "@/lib/core/errors";
import { logger } from "@/lib/core/logger";
import { once } from "@/lib/core/once";
import { decryptSecret, encryptSecret } from "@/lib/core/secrets";
import { enqueue } from "@/lib/jobs/enqueue";

export type Letter = { to: string; subject: string; text: string };

/** Somebody waits for it at times: a mail server that says nothing is one that refuses. Its address may say otherwise. */
const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Whether this installation can send mail. */
export function mailIsConfigured(): boolean {
  return config().mail !== null;
}

/**
 * Hands a letter to the mail server that the operator named.
 *
 * @throws MAIL_NOT_CONFIGURED, MAIL_FAILED
 */
export async function sendMail({ to, subject, text }: Letter): Promise<void> {
  const { mail, publicOrigin } = config();
  if (!mail) throw new AppError(503, "MAIL_NOT_CONFIGURED", "This cloud cannot send mail. Copy the text instead.");
  const transport = once("mail", () => nodemailer.createTransport({ url: mail.smtpUrl, ...PATIENCE }));
  const from = mail.from ?? `Tessera <no-reply@${new URL(publicOrigin).hostname}>`;
  try {
    await transport.sendMail({ from, to: { name: "", address: to }, subject, text });
  } catch (cause) {
    logger("notices").warn({ error: (cause as Error).message }, "mail refused by the mail server");
    throw new AppError(502, "MAIL_FAILED", "The mail could not be sent. Try again, or copy the text.", { cause });
  }
}

/** Sends a letter once the caller's transaction commits, and again until the mail server takes it. */
export async function enqueueMail(tx: Tx, letter: Letter): Promise<void> {
  // Letters carry invites, and jobs lie in the database.
  await enqueue(tx, "send-mail", { sealed: encryptSecret("mail", JSON.stringify(letter)) });
}

/** The job that `enqueueMail` adds. */
export async function sendSealedMail({ sealed }: { sealed: string }): Promise<void> {
  await sendMail(JSON.parse(decryptSecret("mail", sealed)) as Letter);
}
