import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";

/** What our server made, which is trusted to be what the browser expects. */
type Options = { challenge: string };

/** Lets the browser make a passkey. Throws with a sentence when nothing came of it. */
export async function makePasskey(options: Options): Promise<unknown> {
  const { startRegistration } = await import("@simplewebauthn/browser");
  return startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }).catch(inWords);
}

/** Lets a passkey sign. Throws with a sentence when nothing came of it. */
export async function askPasskey(options: Options): Promise<unknown> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  return startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON }).catch(inWords);
}

/** The browser's own messages are for developers, and on purpose do not tell what happened. */
function inWords(error: unknown): never {
  const isKnown = error instanceof Error && error.name === "InvalidStateError";
  throw new Error(isKnown ? "This passkey is among yours already." : "No passkey was used. You can try again.", {
    cause: error,
  });
}
