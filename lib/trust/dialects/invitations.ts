import type { Dialect } from "./dialect";
import { newest } from "./newest";
import { DIALECT_NAMES } from "./schema";

/**
 * As a capability: shares can be offered as invitations. As a criterion: they must be.
 *
 * @see FEDERATION.md, "Invitations to a share"
 */
export const SHARE_INVITATIONS = "share-invitations";

/** The specification, but an offer opens nothing: what does is handed over when it is accepted. */
export const invitations: Dialect = {
  ...newest,
  name: DIALECT_NAMES.invitations,
  offersAt: "/invitations",
  offer: ({ protocol, ...offer }) => {
    const { permissions, requirements } = protocol.webdav;
    return { ...offer, permissions, requirements };
  },
};
