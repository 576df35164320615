import { expect, it, vi } from "vitest";
import { conflict } from "./errors";

/** What the log writes to standard output, read back. */
async function logged(write: (log: import("pino").Logger) => void): Promise<string> {
  vi.stubEnv("DATABASE_URL", "postgresql://localhost/none");
  vi.stubEnv("SECRET_KEY", Buffer.alloc(32, 7).toString("base64url"));
  const { default: pino } = await import("pino");
  const { logger } = await import("./logger");
  const lines: string[] = [];
  const log = logger("test");
  const stream = { write: (line: string) => lines.push(line) };
  const symbol = pino.symbols.streamSym;
  Object.defineProperty(log, symbol, { value: stream, configurable: true });
  write(log);
  return lines.join("");
}

it("masks what holds a secret, at the first two levels", async () => {
  const text = await logged((log) =>
    log.info(
      { code: "set_1", share: { sharedSecret: "shr_2" }, headers: { authorization: "Bearer 3", cookie: "4" } },
      "x",
    ),
  );

  expect(text).not.toMatch(/set_1|shr_2|Bearer 3|"4"/);
  expect(text.match(/\[masked\]/g)).toHaveLength(4);
});

it("keeps the code of an error", async () => {
  const text = await logged((log) => log.warn({ err: conflict("NAME_TAKEN", "It is taken.") }, "x"));

  expect(JSON.parse(text)).toMatchObject({ level: "warn", room: "test", err: { errorCode: "NAME_TAKEN" } });
});
