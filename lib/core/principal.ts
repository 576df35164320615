/** "can view" or "can edit", in the words of the interface. */
export type Role = "viewer" | "editor";

/** What an app password may be used for: the files of its owner, or shares with the contacts and invites behind them. */
export type AppScope = "files" | "shares";

type Person = {
  kind: "user";
  siteId: string;
  userId: string;
  userName: string;
  displayName: string;
  isAdmin: boolean;
  /** When this sign-in last showed a second factor; absent where there is no sign-in that could. */
  secondFactorAt?: Date | null;
};
/** A person of this site, signed in with a browser. */
export type SessionPrincipal = Person & { sessionId: string };
/** A person of this site for whom a program acts by an app password; no administrator. */
export type AppPrincipal = Person & { appPasswordId: string; scopes: readonly AppScope[] };
/** A person of this site, whichever way in. */
export type UserPrincipal = SessionPrincipal | AppPrincipal;

/** Whoever sits at the machine of this installation, with its database and its key. */
export type OperatorPrincipal = { kind: "operator"; siteId: string };
/** Who administers a site; that a person is an administrator was checked at the edge. */
export type AdminPrincipal = UserPrincipal | OperatorPrincipal;

/** Whoever holds the access token of one share; granted what the share grants and no more. */
export type SharePrincipal = {
  kind: "share";
  siteId: string;
  sentShareId: string;
  /** What the cloud that it was sent to calls it. */
  providerId: string;
  /** The cloud that it was sent to; empty within this site. */
  provider: string;
  /** To whom it was given, as its owner reads it. */
  holder: string;
  ownerId: string;
  nodeId: string;
  role: Role;
  /** Whether whoever has it may have its owner share it with others. */
  canReshare: boolean;
};

/** Who acts, as a value: edges make it of a cookie, bearer or signature, and rooms take it as first argument. */
export type Principal = UserPrincipal | OperatorPrincipal | SharePrincipal;
