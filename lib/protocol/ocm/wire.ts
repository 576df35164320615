import { z } from "zod";
import { isAppError } from "@/lib/core/errors";
import { looseProvider, parseOcmAddress } from "@/lib/protocol/ocm/address";
import { notificationInNewestForm, offerInNewestForm } from "@/lib/protocol/ocm/older-forms";
import { cleanDisplayName, isDeceptive, isSafeName, MAX_NAME } from "@/lib/protocol/ocm/text";

// The messages of the OCM API as they travel; older forms become the newest (older-forms.ts). Keys that are not named here are ignored.

const shortText = z
  .string()
  .min(1, "It is empty.")
  .max(MAX_NAME, "It is longer than 255 characters.")
  .refine((text) => !isDeceptive(text), "It contains control characters.");
const displayName = z.string().max(1024).transform(cleanDisplayName);
/** A number comes from older peers; the identifier is the text either way. */
const providerId = z.union([shortText, z.int().nonnegative().transform(String)]);

/** Kept as the peer wrote it, because it must be echoed; `parseOcmAddress` reads it. */
const ocmAddress = z.string().max(1024).refine(isOcmAddress, "It is not an OCM Address.");
const provider = z.string().transform((text, context) => {
  try {
    return looseProvider(text);
  } catch {
    context.addIssue({ code: "custom", message: "It is not the name of a Provider." });
    return z.NEVER;
  }
});

/** Who a person is at his cloud: the identifier is opaque and goes back exactly as it came. */
const identity = { userID: shortText, email: displayName, name: displayName };
/** Some peers spell `userID` as `userId`. */
const tolerateUserId = (body: unknown) =>
  typeof body === "object" && body !== null && "userId" in body ? { userID: body.userId, ...body } : body;

/** Under how many identifiers somebody who accepts an invite may say that he is known. */
export const MAX_KNOWN_AS = 500;

/** `knownAs` is our extension (FEDERATION.md). @see OCM, "Invite Acceptance Request" */
export const InviteAcceptedRequest = z.preprocess(
  tolerateUserId,
  z.object({
    recipientProvider: provider,
    token: shortText,
    ...identity,
    knownAs: z.array(shortText).max(MAX_KNOWN_AS).default([]),
  }),
);
export type InviteAcceptedRequest = z.infer<typeof InviteAcceptedRequest>;

/** `knownAs` is our extension (FEDERATION.md). @see OCM, "Invite Acceptance Response" */
export const InviteAcceptedResponse = z.preprocess(
  tolerateUserId,
  z.object({ ...identity, knownAs: z.string().optional().catch(undefined) }),
);
export type InviteAcceptedResponse = z.infer<typeof InviteAcceptedResponse>;

export const Permission = z.enum(["read", "write", "share"]);
export type Permission = z.infer<typeof Permission>;

/** The requirement that whoever opens a share has shown a second factor. @see OCM, "Share Creation Notification" */
export const MUST_USE_MFA = "must-use-mfa";
/** The requirement that the secret is exchanged for an access token. */
export const MUST_EXCHANGE_TOKEN = "must-exchange-token";
/** What a sender may demand of us. */
const REQUIREMENTS = [MUST_EXCHANGE_TOKEN, MUST_USE_MFA] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

const WebdavProtocol = z.object({
  /** Empty: the WebDAV root of the sender's cloud, which the secret itself opens (older clouds). */
  uri: z.string().max(2048).default(""),
  /** Travels in a header, so visible ASCII only. */
  sharedSecret: z
    .string()
    .max(1024)
    .regex(/^[\x21-\x7e]+$/, "It is not a secret that fits a header."),
  /** A permission of a later version grants nothing that we could use. */
  permissions: z
    .array(z.string().max(64))
    .max(32)
    .default(["read"])
    .transform((given) => Permission.options.filter((known) => given.includes(known)))
    .refine((known) => known.length > 0, "It grants nothing that this server knows."),
  requirements: z.array(z.enum(REQUIREMENTS, "REQUIREMENT_UNKNOWN")).max(32).default([]),
});
export type WebdavProtocol = z.infer<typeof WebdavProtocol>;

/** What is said of a share, but for what opens it. */
const Offer = z.object({
  shareWith: ocmAddress,
  name: z.string().refine(isSafeName, "It is not the name of a file or folder."),
  description: z.string().max(10_000).nullish(),
  providerId,
  owner: ocmAddress,
  sender: ocmAddress,
  ownerDisplayName: displayName.nullish(),
  senderDisplayName: displayName.nullish(),
  shareType: shortText,
  resourceType: shortText,
  /** Seconds since the epoch; peers write 0 for "never". */
  expiration: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,13}$/)
        .transform(Number),
    ])
    .pipe(z.int().nonnegative().max(8.64e12))
    .nullish()
    .transform((seconds) => seconds || undefined),
});

/**
 * An offer of a Share. Which types of resource, share and protocol are supported is `requireSupported`'s question:
 * those are answered 501, not 400.
 *
 * @see OCM, "Share Creation Notification"
 */
export const ShareCreationNotification = z.preprocess(
  offerInNewestForm,
  Offer.extend({ protocol: z.object({ name: z.string().max(64).optional(), webdav: WebdavProtocol.optional() }) }),
);
export type ShareCreationNotification = z.infer<typeof ShareCreationNotification>;

/**
 * A Share that is offered without what opens it: that comes with the answer to its acceptance.
 *
 * @see FEDERATION.md, "Invitations to a share"
 */
export const ShareInvitation = z.preprocess(
  offerInNewestForm,
  Offer.extend({ permissions: WebdavProtocol.shape.permissions, requirements: WebdavProtocol.shape.requirements }),
);
export type ShareInvitation = z.infer<typeof ShareInvitation>;

/** What an accepted invitation brings: the share with what opens it. */
export const ShareAcceptance = z.object({
  share: z.object({ protocol: z.object({ webdav: WebdavProtocol }) }),
});

/** What a peer answers to an offer; any success counts, whatever its body. */
export const ShareCreationResponse = z.object({
  recipientDisplayName: displayName.catch(""),
  recipientUserId: z.string().optional().catch(undefined),
});
export type ShareCreationResponse = z.infer<typeof ShareCreationResponse>;

/** @see OCM, "Share Acceptance Notification" */
export const OcmNotification = z.preprocess(
  notificationInNewestForm,
  z.object({
    notificationType: shortText,
    resourceType: shortText.nullish(),
    providerId,
    notification: z.record(z.string(), z.unknown()).nullish(),
  }),
);
export type OcmNotification = z.infer<typeof OcmNotification>;

/** What is asked for: in words, or by the `providerId` of a share. @see OCM, "Request for a share" */
export const ShareRequestMessage = z.object({
  owner: ocmAddress,
  shareWith: ocmAddress,
  share: z.union([
    shortText,
    z.object({ providerId }).transform((share) => share.providerId),
    z.object({ name: shortText }).transform(({ name }) => name),
  ]),
});
export type ShareRequestMessage = z.infer<typeof ShareRequestMessage>;

/** The fields of the form, as `parseFormLimited` reads them. @see OCM, "Token Request" */
export const TokenRequest = z.object({ grant_type: shortText, client_id: provider, code: z.string().min(1).max(1024) });
export type TokenRequest = z.infer<typeof TokenRequest>;

/** @see OCM, "Token Response" */
export const TokenResponse = z.object({
  access_token: z
    .string()
    .max(8192)
    .regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.int().positive().max(31_536_000).default(300),
});
export type TokenResponse = z.infer<typeof TokenResponse>;

function isOcmAddress(text: string): boolean {
  try {
    return parseOcmAddress(text).identifier !== "";
  } catch (error) {
    if (isAppError(error)) return false;
    throw error;
  }
}
