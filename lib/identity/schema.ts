import { z } from "zod";

export const UserName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, "Use lower-case letters, digits, dot, dash and underscore.");
export const DisplayName = z.string().trim().min(1, "Say how the person is called.").max(100);
export const Mail = z.email("This is not a mail address.").max(254);
export const NewPassword = z.string().min(10, "At least 10 characters.").max(200);

export const SetUpInput = z.object({
  code: z.string().max(100),
  siteName: z.string().trim().min(1, "Give the cloud a name.").max(60),
  displayName: DisplayName,
  userName: UserName,
  mail: Mail.optional(),
  password: NewPassword,
});
export type SetUpInput = z.infer<typeof SetUpInput>;

/** What the policies of the site let a person do with people on other clouds. */
export const OutsideRights = z.object({
  mayInvite: z.boolean(),
  mayShare: z.boolean(),
  /** Also with a typed cloud address, not only with contacts. */
  allowsAddresses: z.boolean(),
  /** After so many days a share with another cloud ends; null: no limit. */
  longestShareDays: z.number().nullable(),
});
export type OutsideRights = z.infer<typeof OutsideRights>;

export const AccountView = z.object({
  id: z.string(),
  userName: z.string(),
  displayName: z.string(),
  mail: z.string().nullable(),
  isAdmin: z.boolean(),
  mustChangePassword: z.boolean(),
  hasPassword: z.boolean(),
  /** What one gives to people on other clouds. */
  cloudAddress: z.string(),
  site: z.object({ name: z.string(), provider: z.string(), origin: z.string() }),
  /** Whether this cloud sends mail, such as invites. */
  canMail: z.boolean(),
  outside: OutsideRights,
});
export type AccountView = z.infer<typeof AccountView>;

export const UpdateAccountInput = z.object({ displayName: DisplayName.optional(), mail: Mail.nullable().optional() });
export const ChangePasswordInput = z.object({
  /** Needed unless the present one is a first password, typed just before. */
  current: z.string().max(200).optional(),
  next: NewPassword,
});

export const SessionView = z.object({
  id: z.string(),
  userAgent: z.string(),
  address: z.string(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  isCurrent: z.boolean(),
});
export type SessionView = z.infer<typeof SessionView>;

/** What an app password may be used for; see lib/core/principal.ts. */
export const AppScope = z.enum(["files", "shares"]);
const AppScopes = z.array(AppScope).min(1, "Say what it may be used for.").max(10);

export const AppPasswordView = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(AppScope),
  createdAt: z.iso.datetime(),
  /** Written at most every five minutes. */
  lastUsedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  hasExpired: z.boolean(),
});
export type AppPasswordView = z.infer<typeof AppPasswordView>;

export const CreateAppPasswordInput = z.object({
  name: z.string().trim().min(1, "Say which program it is for.").max(60),
  scopes: AppScopes.transform((scopes) => [...new Set(scopes)]),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
  /** One's own, of who has one. */
  password: z.string().max(1024).optional(),
});
export type CreateAppPasswordInput = z.input<typeof CreateAppPasswordInput>;
/** With the secret, which is shown this once. */
export const CreatedAppPassword = AppPasswordView.extend({ secret: z.string() });
export type CreatedAppPassword = z.infer<typeof CreatedAppPassword>;

/** What a program says of itself and is shown to a person who does not know it: one line, without what could hide a part. */
const Named = (longest: number) =>
  z
    .string()
    .max(1000)
    .transform((said) =>
      said
        .replace(/[\s\p{C}]+/gu, " ")
        .trim()
        .slice(0, longest),
    );

/** A program asks to be let in. @see RFC 8628, 3.1 */
export const BeginDeviceLoginInput = z.object({
  program: Named(30).pipe(z.string().min(1, "Say which program asks.")),
  /** The name of the machine on which it runs. */
  host: Named(60).default(""),
  scopes: AppScopes.transform((scopes) => [...new Set(scopes)]),
});
export type BeginDeviceLoginInput = z.infer<typeof BeginDeviceLoginInput>;

/** @see RFC 8628, 3.2 */
export const BegunDeviceLogin = z.object({
  /** With which it asks how it stands, and which is its app password from the yes on. */
  deviceCode: z.string(),
  userCode: z.string(),
  verificationUri: z.string(),
  /** Seconds. */
  expiresIn: z.number(),
  interval: z.number(),
});
export type BegunDeviceLogin = z.infer<typeof BegunDeviceLogin>;

export const PollDeviceLoginInput = z.object({ deviceCode: z.string().max(200) });
export const GrantedDeviceLogin = z.object({ userName: z.string(), scopes: z.array(AppScope) });
export type GrantedDeviceLogin = z.infer<typeof GrantedDeviceLogin>;

const UserCode = z.string().trim().min(1, "Type the code.").max(64);
export const DeviceCodeInput = z.object({ userCode: UserCode });

/** What asks to be let in, for the person who decides. */
export const DeviceLoginView = z.object({
  program: z.string(),
  host: z.string(),
  address: z.string(),
  /** From the network from which the person looks. */
  isNear: z.boolean(),
  scopes: z.array(AppScope),
  createdAt: z.iso.datetime(),
});
export type DeviceLoginView = z.infer<typeof DeviceLoginView>;

export const AnswerDeviceLoginInput = z.object({
  userCode: UserCode,
  isAllowed: z.boolean(),
  /** One's own, of who has one, for a yes. */
  password: z.string().max(1024).optional(),
});
export type AnswerDeviceLoginInput = z.infer<typeof AnswerDeviceLoginInput>;

/** Bytes; null: whatever the site gives to everyone. */
export const Quota = z
  .union([z.number().int().positive().max(Number.MAX_SAFE_INTEGER), z.literal("unlimited")])
  .nullable();
export type Quota = z.infer<typeof Quota>;

export const PersonView = z.object({
  id: z.string(),
  userName: z.string(),
  displayName: z.string(),
  mail: z.string().nullable(),
  isAdmin: z.boolean(),
  isDisabled: z.boolean(),
  hasSecondFactor: z.boolean(),
  quota: Quota,
  /** What holds in the end, in bytes; null: no limit but the disk. */
  limit: z.number().nullable(),
  used: z.number(),
  createdAt: z.iso.datetime(),
});
export type PersonView = z.infer<typeof PersonView>;
export const PeoplePage = z.object({ items: z.array(PersonView), next: z.string().nullable() });

export const CreatePersonInput = z.object({
  displayName: DisplayName,
  userName: UserName,
  mail: Mail.optional(),
  /** To be changed at the first sign-in. */
  password: NewPassword,
  isAdmin: z.boolean().default(false),
  quota: Quota.optional(),
});
export type CreatePersonInput = z.infer<typeof CreatePersonInput>;

export const UpdatePersonInput = z.object({
  displayName: DisplayName.optional(),
  mail: Mail.nullable().optional(),
  isAdmin: z.boolean().optional(),
  isDisabled: z.boolean().optional(),
  quota: Quota.optional(),
});
export type UpdatePersonInput = z.infer<typeof UpdatePersonInput>;
export const ResetPasswordInput = z.object({ password: NewPassword });

export const GroupName = z.string().trim().min(1, "Say how the group is called.").max(100);
export const GroupInput = z.object({ name: GroupName });
export const GroupView = z.object({
  id: z.string(),
  name: z.string(),
  /** By which people on other clouds share with it. */
  cloudAddress: z.string(),
  members: z.number(),
  createdAt: z.iso.datetime(),
});
export type GroupView = z.infer<typeof GroupView>;
export const GroupPage = z.object({ items: z.array(GroupView), next: z.string().nullable() });
export const GroupMemberView = z.object({
  id: z.string(),
  displayName: z.string(),
  userName: z.string(),
  isDisabled: z.boolean(),
});
export type GroupMemberView = z.infer<typeof GroupMemberView>;
export const GroupMemberPage = z.object({ items: z.array(GroupMemberView), next: z.string().nullable() });
