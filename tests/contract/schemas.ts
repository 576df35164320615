// What the specification (OCM API 1.4.0, spec.yaml) asks of each message, in our own words: its text has no licence that
// would let it stand here. Keys that it does not name are allowed, as there.

const text = { type: "string", minLength: 1 } as const;
const address = { type: "string", pattern: "^.+@[^@/]+$" } as const;
const url = { type: "string", pattern: "^https?://[^/]+/" } as const;
const host = { type: "string", pattern: "^[^/@]+$" } as const;
const object = <P extends object>(required: string[], properties: P) =>
  ({ type: "object", required, properties }) as const;

const shareType = { enum: ["user", "group", "federation"] } as const;
const permissions = { type: "array", minItems: 1, items: { enum: ["read", "write", "share"] } } as const;
const requirements = { type: "array", minItems: 1, items: { enum: ["must-exchange-token", "must-use-mfa"] } } as const;

const CAPABILITIES = [
  ...["enforce-mfa", "exchange-token", "http-sig", "invites", "invite-wayf", "notifications", "protocol-object"],
  // Names of earlier drafts, and our extensions (FEDERATION.md).
  ...["/invite-accepted", "invite-accepted", "/notifications"],
  ...["invite-preview", "invite-known-as", "invite-words", "contact-words", "share-invitations", "share-changes"],
  ...["sign-back", "share-search", "share-thumbnails"],
];
const CRITERIA = ["must-use-http-sig", "must-exchange-token", "must-invite", "allowlist", "denylist"];

export const SCHEMAS = {
  discovery: object(["enabled", "apiVersion", "endPoint", "resourceTypes"], {
    enabled: { type: "boolean" },
    apiVersion: { type: "string", pattern: "^1\\.\\d+(\\.\\d+)?$" },
    endPoint: url,
    provider: text,
    resourceTypes: {
      type: "array",
      minItems: 1,
      items: object(["name", "shareTypes", "protocols"], {
        name: text,
        shareTypes: { type: "array", minItems: 1, items: shareType },
        protocols: object(["webdav"], {
          webdav: { type: "string", pattern: "^/" },
          "webdav-receive": object(["uri"], { uri: { enum: ["absolute", "relative"] } }),
        }),
      }),
    },
    capabilities: { type: "array", uniqueItems: true, items: { enum: CAPABILITIES } },
    criteria: { type: "array", uniqueItems: true, items: { enum: CRITERIA } },
    inviteAcceptDialog: url,
    tokenEndPoint: url,
    jwksUri: url,
    publicKey: object(["keyId", "publicKeyPem"], { keyId: url, publicKeyPem: text }),
  }),
  keys: object(["keys"], {
    keys: { type: "array", minItems: 1, items: object(["kid", "alg", "kty"], { kid: text, alg: text }) },
  }),
  share: object(["shareWith", "name", "providerId", "owner", "sender", "shareType", "resourceType", "protocol"], {
    shareWith: address,
    name: text,
    description: { type: "string" },
    providerId: text,
    owner: address,
    sender: address,
    ownerDisplayName: text,
    senderDisplayName: text,
    shareType,
    resourceType: text,
    expiration: { type: "integer", minimum: 1 },
    protocol: object(["name", "webdav"], {
      name: { const: "multi" },
      webdav: object(["uri", "permissions"], { uri: text, sharedSecret: text, permissions, requirements }),
    }),
  }),
  shareAnswer: object([], { recipientDisplayName: { type: "string" } }),
  notification: object(["notificationType", "resourceType", "providerId"], {
    notificationType: { type: "string", pattern: "^[A-Z_]+$" },
    resourceType: text,
    providerId: text,
    notification: { type: "object" },
  }),
  notificationAnswer: { type: "object" } as const,
  invite: object(["recipientProvider", "token", "userID", "email", "name"], {
    recipientProvider: host,
    token: text,
    userID: text,
    email: { type: "string" },
    name: { type: "string" },
  }),
  inviteAnswer: object(["userID", "email", "name"], {
    userID: text,
    email: { type: "string" },
    name: { type: "string" },
  }),
  tokenRequest: object(["grant_type", "client_id", "code"], {
    grant_type: { const: "authorization_code" },
    client_id: host,
    code: text,
  }),
  tokenAnswer: object(["access_token", "token_type", "expires_in"], {
    access_token: text,
    token_type: { const: "Bearer" },
    expires_in: { type: "integer", minimum: 1 },
  }),
  tokenRefusal: object(["error"], {
    error: {
      enum: ["invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"],
    },
  }),
  refusal: object(["message"], {
    message: { type: "string", pattern: "^[A-Z_]+$" },
    validationErrors: { type: "array", items: object(["name", "message"], { name: text, message: text }) },
  }),
};
