import pino from "pino";
import { config } from "./config";
import { once } from "./once";

const SECRETS = ["sharedSecret", "code", "token", "inviteToken", "accessToken", "password", "cookie", "authorization"];

/** The code of an error is no secret, but has the name of one. */
function describe(error: Error): object {
  const { code, ...rest } = pino.stdSerializers.err(error);
  return code === undefined ? rest : { ...rest, errorCode: code };
}

/**
 * The log of one room: structured lines on standard output, past-tense facts with ids.
 * Keys that hold secrets are masked at the first two levels; do not put one deeper.
 */
export function logger(room: string): pino.Logger {
  const root = once("logger", () =>
    pino({
      level: config().logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describe },
      redact: {
        paths: [...SECRETS, ...SECRETS.map((key) => `*.${key}`), "signature", "*.signature"],
        censor: "[masked]",
      },
    }),
  );
  return once(`logger.${room}`, () => root.child({ room }));
}
