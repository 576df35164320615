import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** What the provider says of the person who sits at the browser. */
export type OidcClaims = { sub: string; email?: string; email_verified?: boolean };

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const base64url = (bytes: Buffer) => bytes.toString("base64url");

/**
 * An OpenID Connect provider at a port of this machine, where somebody is signed in already: it sends the browser back
 * at once. Asks for PKCE, and signs with RS256.
 */
export async function startOidcProvider(port: number, clientId: string) {
  const issuer = `http://127.0.0.1:${port}`;
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const requests = new Map<string, URLSearchParams>();
  const person: { claims: OidcClaims } = { claims: { sub: "nobody" } };

  function idToken(nonce: string | null): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: clientId, iat: now, exp: now + 300, nonce, ...person.claims };
    const signed = [{ alg: "RS256", kid: "1" }, claims].map((part) => base64url(json(part))).join(".");
    return `${signed}.${base64url(sign("sha256", Buffer.from(signed), privateKey))}`;
  }

  function authorize(query: URLSearchParams, response: ServerResponse): void {
    const code = randomUUID();
    requests.set(code, query);
    const back = new URL(query.get("redirect_uri") ?? "");
    back.searchParams.set("code", code);
    back.searchParams.set("state", query.get("state") ?? "");
    response.writeHead(302, { location: back.href }).end();
  }

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const asked = requests.get(form.get("code") ?? "");
    requests.delete(form.get("code") ?? "");
    const challenge = base64url(
      createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest(),
    );
    const isProven = asked?.get("code_challenge") === challenge;
    const isSame = asked?.get("redirect_uri") === form.get("redirect_uri");
    if (!asked || !isProven || !isSame) return answer(response, { error: "invalid_grant" }, 400);
    const tokens = { access_token: randomUUID(), token_type: "Bearer", id_token: idToken(asked.get("nonce")) };
    answer(response, tokens);
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", issuer);
    if (pathname === "/authorize") return authorize(searchParams, response);
    if (pathname === "/token") return void exchange(request, response);
    if (pathname === "/jwks") {
      return answer(response, {
        keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }],
      });
    }
    answer(response, {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));

  return {
    /** Who signs in from now on. */
    signInAs: (claims: OidcClaims) => {
      person.claims = claims;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(json(body));
}
