import { z } from "zod";

export const SecondFactorsView = z.object({
  /** Null: there is no app that makes codes. */
  authenticatorSince: z.iso.datetime().nullable(),
  passkeys: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      createdAt: z.iso.datetime(),
      lastUsedAt: z.iso.datetime().nullable(),
    }),
  ),
  recoveryCodesLeft: z.number(),
});
export type SecondFactorsView = z.infer<typeof SecondFactorsView>;

/** For what changes how one signs in; absent where somebody has none. */
export const ProofInput = z.object({ password: z.string().max(200).optional() });

/** What an app needs to make codes: as a link for its camera, and to be typed. */
export const AuthenticatorSecret = z.object({ uri: z.string(), key: z.string() });
export type AuthenticatorSecret = z.infer<typeof AuthenticatorSecret>;

/** Of an app, or a recovery code. */
export const CodeInput = z.object({ code: z.string().trim().min(1, "Type the code.").max(64) });

/** Shown once; null when there are some from before, which go on to count. */
export const EnrolledView = z.object({ recoveryCodes: z.array(z.string()).nullable() });
export type EnrolledView = z.infer<typeof EnrolledView>;

const encoded = z.string().max(20_000);
const credential = { id: encoded, rawId: encoded, type: z.literal("public-key") };
const noExtensions = z.object({}).default({});

/** @see WebAuthn, RegistrationResponseJSON */
export const PasskeyRegistration = z.object({
  ...credential,
  clientExtensionResults: noExtensions,
  response: z.object({
    clientDataJSON: encoded,
    attestationObject: encoded,
    transports: z
      .array(z.enum(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]))
      .optional()
      .catch(undefined),
  }),
});
export const AddPasskeyInput = z.object({
  name: z.string().trim().min(1, "Give it a name.").max(60),
  registration: PasskeyRegistration,
});
export type AddPasskeyInput = z.infer<typeof AddPasskeyInput>;

/** @see WebAuthn, AuthenticationResponseJSON */
export const PasskeyAssertion = z.object({
  ...credential,
  clientExtensionResults: noExtensions,
  response: z.object({
    clientDataJSON: encoded,
    authenticatorData: encoded,
    signature: encoded,
    userHandle: encoded.optional().catch(undefined),
  }),
});
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;
