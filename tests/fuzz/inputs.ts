import fc from "fast-check";

/** The same inputs in every run; what fails names it again, with the path to the smallest input that fails. */
export const SEED = 1_400_001;

/** Any text, half characters and control characters too. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("@", "/", ":", ".", "a", "é", "\u202e", "\0", "\ud800", "%", "[", "]", "#", " ", "\t"),
  }),
);

/** One piece over and over: what a pattern that goes back and forth takes longest for. */
export const longText = fc
  .tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 60_000 }), anyText)
  .map(([piece, times, end]) => piece.repeat(times) + end);

/** Pieces of a language in any order: close to what is meant, and mostly not it. */
export const textOf = (...pieces: string[]) =>
  fc
    .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: anyText }), {
      maxLength: 24,
    })
    .map((parts) => parts.join(""));

export const anyBytes = fc.uint8Array({ maxLength: 300 });

/** Whatever JSON can hold. */
export const anyJson = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });

const odd = fc.oneof(
  anyJson,
  fc.constantFrom<unknown>(null, 0, -1, 1e308, "", "\0", [], {}, "x".repeat(5000), Number.MAX_SAFE_INTEGER + 1),
);

/** A message that is as it should be, but in some of its places. */
export function spoilt(message: object): fc.Arbitrary<unknown> {
  const places = pathsIn(message);
  const change = fc.tuple(fc.constantFrom(...places), fc.option(odd, { nil: undefined }));
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const copy = structuredClone(message);
    for (const [path, value] of changes) put(copy, path, value);
    return copy;
  });
}

function pathsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return path.length > 0 ? [path] : [];
  const below = Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]));
  return path.length > 0 ? [path, ...below] : below;
}

function put(message: object, path: string[], value: unknown): void {
  const last = path.at(-1) ?? "";
  let at: unknown = message;
  for (const key of path.slice(0, -1)) at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
  if (typeof at !== "object" || at === null) return;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else Reflect.set(at, last, value);
}

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/).filter((text) => !/^..--|^\d+$|^0x/.test(text));
/** The name of a Provider, as it is written everywhere. */
export const providerName = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom("example", "org"), fc.nat(65_535))
  .map(([labels, top, port]) => {
    const host = [...labels, top].join(".");
    return port % 3 === 0 || port === 443 || port === 80 ? host : `${host}:${port}`;
  });

/** A secret as we make them: visible signs of base64url. */
export const tokenText = fc.stringMatching(/^[A-Za-z0-9_-]{20,64}$/);
