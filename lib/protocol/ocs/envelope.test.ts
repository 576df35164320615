import { expect, it } from "vitest";
import { ocsEnvelope } from "./envelope";

const META = { status: "ok", statuscode: 100, message: "OK" } as const;

it("writes XML as clients read it", () => {
  const data = [{ id: "a", n: 1, yes: true, no: false, none: null, list: [], name: "<ü> & \u0001" }];

  expect(ocsEnvelope(META, data, { isJson: false })).toBe(
    '<?xml version="1.0"?>\n<ocs><meta><status>ok</status><statuscode>100</statuscode><message>OK</message></meta>' +
      "<data><element><id>a</id><n>1</n><yes>1</yes><no/><none/><list/><name>&lt;ü&gt; &amp; \ufffd</name></element></data></ocs>\n",
  );
  expect(ocsEnvelope(META, [], { isJson: false })).toContain("<data/>");
});

it("writes JSON with what things are", () => {
  const data = { yes: true, none: null, list: [] };

  expect(JSON.parse(ocsEnvelope(META, data, { isJson: true }))).toEqual({ ocs: { meta: META, data } });
});
