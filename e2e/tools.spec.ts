import { type Cloud, expect, readClouds, test } from "./clouds";
import { type Answer, knock } from "./knock";
import { type Member, makeAliceAndBob } from "./people";

// Two programs that were given app passwords, each at the cloud of its owner: what a person does in a browser, over HTTP.
let alice: Program;
let bob: Program;
const SHARES = "/ocs/v2.php/apps/files_sharing/api/v1";

type Program = {
  cloud: Cloud;
  send(method: string, path: string, fields?: Record<string, string> | string): Promise<Answer>;
  revoke(): Promise<unknown>;
};

async function programOf({ cloud, client, userName, password }: Member): Promise<Program> {
  const asked = { name: "A program", scopes: ["files", "shares"], password };
  const { secret } = await client.json<{ secret: string }>("POST", "/api/account/app-passwords", asked);
  const authorization = `Basic ${Buffer.from(`${userName}:${secret}`).toString("base64")}`;
  return {
    cloud,
    send: (method, path, fields) => {
      const body = typeof fields === "object" ? new URLSearchParams(fields).toString() : fields;
      const type = { "content-type": "application/x-www-form-urlencoded" };
      const length = body === undefined ? {} : { ...type, "content-length": String(Buffer.byteLength(body)) };
      return knock(cloud, { method, path, headers: { authorization, ...length }, body });
    },
    revoke: () => client.json("DELETE", "/api/account/app-passwords"),
  };
}
const fileAt = (path: string) => `/content/files?path=${encodeURIComponent(path)}`;
const dataOf = ({ json }: Answer) => (json as { ocs: { data: Record<string, unknown>[] } }).ocs.data;

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  const members = await makeAliceAndBob(readClouds());
  [alice, bob] = (await Promise.all(members.map(programOf))) as [Program, Program];
});

test("programs bring two people together through the sciencemesh API", async () => {
  const { json: invite } = await alice.send("POST", "/sciencemesh/generate-invite", { description: "For Bob" });
  const { token = "" } = invite as { token?: string };
  const answer = { token, providerDomain: alice.cloud.provider };

  const accepted = await bob.send("POST", "/sciencemesh/accept-invite", answer);
  const again = await bob.send("POST", "/sciencemesh/accept-invite", answer);

  expect([accepted.status, again.status]).toEqual([200, 409]);
  expect(again.json).toMatchObject({ code: "ALREADY_EXIST" });
  const { json } = await alice.send("GET", "/sciencemesh/find-accepted-users");
  expect(json).toMatchObject([{ display_name: "Bob", idp: bob.cloud.provider }]);
});

test("programs put a file, share it through the OCS API, answer the offer and read it", async () => {
  expect((await alice.send("PUT", fileAt("/From a program.txt"), "Hello")).status).toBe(201);
  const [contact] = (await alice.send("GET", "/sciencemesh/find-accepted-users")).json as Record<string, string>[];
  const { user_id: shareWith = "", idp: shareWithProvider = "" } = contact ?? {};

  const fields = { path: "/From a program.txt", shareType: "6", shareWith, shareWithProvider, permissions: "19" };
  const made = await alice.send("POST", `${SHARES}/shares`, fields);

  expect(made.status).toBe(200);
  expect(made.headers["content-type"]).toBe("application/xml; charset=utf-8");
  expect(made.text).toContain("<share_type>6</share_type>");
  expect(made.text).toContain("<permissions>3</permissions>");
  const pending = async () => dataOf(await bob.send("GET", `${SHARES}/remote_shares/pending?format=json`));
  await expect.poll(async () => (await pending()).length).toBe(1);
  const [offer] = await pending();
  expect(offer).toMatchObject({ name: "/From a program.txt", owner: "Alice", accepted: false });

  expect((await bob.send("POST", `${SHARES}/remote_shares/pending/${offer?.id}`)).status).toBe(200);

  const [accepted] = dataOf(await bob.send("GET", `${SHARES}/remote_shares?format=json`));
  expect((await bob.send("GET", fileAt(String(accepted?.mountpoint)))).text).toBe("Hello");
});

test("a program is told in the words of its API that its password has ended", async () => {
  await alice.revoke();

  const answers = [
    await alice.send("GET", "/api/files?path=/"),
    await alice.send("GET", fileAt("/From a program.txt")),
    await alice.send("GET", "/sciencemesh/list-invite"),
    await alice.send("GET", `${SHARES}/shares`),
    await alice.send("GET", "/ocs/v1.php/apps/files_sharing/api/v1/shares?format=json"),
  ];

  for (const { status, headers } of answers) {
    expect.soft([status, headers["www-authenticate"]]).toEqual([401, expect.stringContaining("Basic realm=")]);
  }
  expect(answers[3]?.text).toContain("<statuscode>997</statuscode>");
});

test("a form over the limit and an unknown path are refused in the same words", async () => {
  const tooLarge = await bob.send("POST", `${SHARES}/shares?format=json`, { path: "x".repeat(70_000) });
  const unknown = await bob.send("GET", "/ocs/v2.php/apps/none?format=json");

  expect([tooLarge.status, unknown.status]).toEqual([413, 404]);
  expect(tooLarge.json).toMatchObject({ ocs: { meta: { status: "failure", statuscode: 413 } } });
  expect(unknown.json).toMatchObject({ ocs: { meta: { statuscode: 998 } } });
});

test("a method that an address of our API does not have is refused in its words, with those that there are", async () => {
  for (const [method, body] of [["PUT", "x=1"], ["PATCH"], ["POST", "{}"]] as const) {
    const { status, headers, json } = await bob.send(method, "/api/files?path=/", body);

    expect.soft([status, headers["allow"]], method).toEqual([405, "DELETE, GET, HEAD, OPTIONS"]);
    expect.soft(headers["content-type"], method).toBe("application/problem+json");
    expect.soft(json, method).toMatchObject({ code: "METHOD_NOT_ALLOWED", status: 405 });
  }
  expect((await bob.send("GET", "/api/files?path=/")).status).toBe(200);
});
