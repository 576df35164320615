import type { Dialect } from "./dialect";

/** The specification as it stands. */
export const newest: Dialect = {
  name: "OCM",
  signature: "rfc9421",
  opensBySecret: false,
  offer: (offer) => offer,
  notification: ({ grantee, ...notification }) => notification,
};
