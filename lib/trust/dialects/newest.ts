import type { Dialect } from "./dialect";
import { DIALECT_NAMES } from "./schema";

/** The specification as it stands. */
export const newest: Dialect = {
  name: DIALECT_NAMES.ocm,
  signature: "rfc9421",
  opensBySecret: false,
  offer: (offer) => offer,
  notification: (notification) => notification,
};
