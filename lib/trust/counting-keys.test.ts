import { expect, it } from "vitest";
import { keysThatCount, showsNewerKeys } from "./counting-keys";

const ownKey = { kty: "RSA", kid: "own" };
const published = { kty: "OKP", kid: "published" };
const document = (more: object = {}) => ({ capabilities: [], ownKey, ...more });

it.each([
  ["has only the one in its document", document(), [], ["own"]],
  ["publishes others", document(), [published], ["published"]],
  ["lists the newer signatures", document({ capabilities: ["http-sig"] }), [], []],
  ["names a JWK Set of which nothing is known yet", document({ jwksUri: "https://cloud.example.org/jwks" }), null, []],
  ["has none", { capabilities: [] }, null, []],
  ["was never discovered", null, [published], ["published"]],
])("takes the keys that count of a cloud that %s", (_name, discovery, keys, expected) => {
  expect(keysThatCount({ discovery, keys }).map(({ kid }) => kid)).toEqual(expected);
});

it("takes a cloud for one that knows newer signatures by what it says, names or showed", () => {
  expect(showsNewerKeys({ discovery: document(), keys: null })).toBe(false);
  expect(showsNewerKeys({ discovery: document({ capabilities: ["http-sig"] }), keys: null })).toBe(true);
  expect(showsNewerKeys({ discovery: document({ jwksUri: "https://cloud.example.org/jwks" }), keys: [] })).toBe(true);
  expect(showsNewerKeys({ discovery: null, keys: [published] })).toBe(true);
});
