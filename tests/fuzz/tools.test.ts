import fc from "fast-check";
import { describe, expect } from "vitest";
import { OcsPath, roleIn, ShareTerms } from "@/app/ocs/share-input";
import { readToolInput } from "@/lib/http/tool-input";
import { type OcsValue, ocsEnvelope } from "@/lib/protocol/ocs/envelope";
import { holds, refusesOrReads } from "./check";
import { anyBytes, anyText, spoilt, textOf } from "./inputs";

const TERMS = { permissions: "15", role: "viewer", expireDate: "2030-12-31", note: "Look!" };

describe("what programs send", () => {
  const types = fc.constantFrom("application/json", "application/x-www-form-urlencoded", "text/plain", "");
  const body = fc.oneof(
    anyBytes,
    textOf("{", "}", '"path"', ":", '"/a"', "path=%2Fa", "&", "shareType=6", "[]", "=").map((text) =>
      new TextEncoder().encode(text),
    ),
  );

  holds("is read as fields, or refused", fc.tuple(types, body), async ([type, bytes]) => {
    const init = { method: "POST", body: Buffer.from(bytes), headers: { "content-type": type } };
    const request = new Request("http://localhost/ocs/v2.php/x?path=/a", init);
    const fields = await refusesOrReads(() => readToolInput(request).catch(refuseUnfit));

    if (fields) expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });

  holds(
    "of a share is understood or refused",
    fc.tuple(spoilt(TERMS), fc.constantFrom("file", "folder")),
    async ([given, kind]) => {
      const { data } = ShareTerms.safeParse(given);

      if (data) await refusesOrReads(() => roleIn(data, kind as "file" | "folder"));
    },
  );

  holds(
    "of days is understood or refused",
    fc.oneof(textOf("2030", "-", "12", "31", " ", "T", ":", "Z", "+01:00"), anyText),
    (text) => {
      const { data } = ShareTerms.safeParse({ expireDate: text });

      if (data?.expireDate) expect(Number.isNaN(Date.parse(data.expireDate))).toBe(false);
    },
  );

  holds("of a path is understood or refused", fc.oneof(textOf("/", "..", "a", "%2f", "\\", "//"), anyText), (text) => {
    const { data } = OcsPath.safeParse(text);

    for (const name of data ?? []) expect(name).not.toMatch(/^$|[/]/);
  });
});

const fields = fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), fc.string({ unit: "grapheme" }), {
  noNullPrototype: true,
});
holds("an answer in JSON says what was meant", fields, (data: OcsValue) => {
  const meta = { status: "ok", statuscode: 200, message: "OK" } as const;

  expect(JSON.parse(ocsEnvelope(meta, data, { isJson: true }))).toEqual({ ocs: { meta, data } });
});

/** The route answers 400 to it. */
function refuseUnfit(error: unknown): undefined {
  if ((error as Error).name !== "ZodError") throw error;
}
