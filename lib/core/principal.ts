/** "can view" or "can edit", in the words of the interface. */
export type Role = "viewer" | "editor";

/** A person of this site, signed in. */
export type UserPrincipal = {
  kind: "user";
  siteId: string;
  userId: string;
  sessionId: string;
  userName: string;
  displayName: string;
  isAdmin: boolean;
  /** When this sign-in last showed a second factor; absent where there is no sign-in that could. */
  secondFactorAt?: Date | null;
};

/** Whoever holds the access token of one share; granted what the share grants and no more. */
export type SharePrincipal = {
  kind: "share";
  siteId: string;
  sentShareId: string;
  /** The cloud that it was sent to; empty within this site. */
  provider: string;
  ownerId: string;
  nodeId: string;
  role: Role;
};

/** Who acts, as a value: edges make it of a cookie, bearer or signature, and rooms take it as first argument. */
export type Principal = UserPrincipal | SharePrincipal;
