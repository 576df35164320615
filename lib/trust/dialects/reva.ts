import type { Dialect } from "./dialect";
import { newest } from "./newest";

/** CERNBox and other Reva: the newest shapes without signatures or an exchange. It neither sends nor heeds notifications. */
export const reva: Dialect = {
  ...newest,
  name: "CERNBox, Reva",
  signature: "none",
  opensBySecret: true,
};
