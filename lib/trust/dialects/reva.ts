import type { Dialect } from "./dialect";
import { newest } from "./newest";
import { DIALECT_NAMES } from "./schema";

/** CERNBox and other Reva: the newest shapes without signatures or an exchange. It answers every notification, and heeds none. */
export const reva: Dialect = {
  ...newest,
  name: DIALECT_NAMES.reva,
  signature: "none",
  opensBySecret: true,
  keepsRole: true,
};
