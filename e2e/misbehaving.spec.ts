import type { ServerResponse } from "node:http";
import https from "node:https";
import type { Page } from "@playwright/test";
import { CERTIFICATE } from "@/tests/certificate";
import { type FakePeer, startPeer } from "@/tests/peer";
import { type Cloud, expect, readClouds, test } from "./clouds";
import { knock } from "./knock";
import {
  type Member,
  makeFolder,
  makeMember,
  openAs,
  receivedShares,
  type SentShare,
  sentShares,
  signInAdmin,
} from "./people";
import { addressOf, arm, offerOf, signedBy } from "./stranger";

// Another cloud does everything wrong that a cloud can. Nobody here waits for it but who asks for what is there, and
// who does hears what is the matter.
test.describe.configure({ mode: "serial" });

/** How it answers to whoever reads a share of that name, and what is said of it. */
const WAYS: Record<string, { answer: (response: ServerResponse) => void; title: string; sentence: RegExp }> = {
  hangs: { answer: () => {}, title: "The other cloud does not answer", sentence: /does not answer at the moment/ },
  babbles: {
    answer: (response) => response.writeHead(207, { "content-type": "application/xml" }).end("<<not XML"),
    title: "The other cloud cannot show this",
    sentence: /gave an answer that cannot be understood/,
  },
  fails: {
    answer: (response) => response.writeHead(500).end("Oops"),
    title: "The other cloud cannot show this",
    sentence: /it answered 500/,
  },
  refuses: {
    answer: (response) => response.writeHead(429, { "retry-after": "7" }).end(),
    title: "The other cloud does not answer",
    sentence: /cannot serve this just now/,
  },
  dies: {
    answer: (response) => {
      response.writeHead(207, { "content-type": "application/xml" });
      response.write('<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">', () => response.destroy());
    },
    title: "The other cloud does not answer",
    sentence: /cannot be reached at the moment/,
  },
};

/** It never ends, and is not silent either. */
function drip(response: ServerResponse): void {
  response.writeHead(207, { "content-type": "application/xml" });
  response.write('<?xml version="1.0"?>');
  const timer = setInterval(() => response.write(" "), 500);
  response.on("close", () => clearInterval(timer));
}
const ANSWERS_TO: Record<string, (response: ServerResponse) => void> = {
  ...Object.fromEntries(Object.entries(WAYS).map(([way, { answer }]) => [way, answer])),
  drips: drip,
};

let cloud: Cloud;
let peer: FakePeer;
let bob: Member;
let held: ServerResponse[] = [];

test.beforeAll(async () => {
  const { a, peerPorts } = readClouds();
  cloud = a;
  const answer = (path: string, response: ServerResponse) => {
    held.push(response);
    ANSWERS_TO[path.split("/")[3] ?? ""]?.(response);
  };
  const below = {
    path: "/dav/ocm/",
    answer: (request: { url?: string }, response: ServerResponse) => answer(request.url ?? "", response),
  };
  peer = await startPeer({ port: peerPorts[43], capabilities: ["exchange-token"], below });
  peer.on("/ocm/token", { json: { access_token: "access", token_type: "Bearer", expires_in: 3600 } });
  peer.on("/ocm/notifications", { status: 201, json: {} });
  bob = await makeMember(cloud, "Bob");
  const address = await addressOf(bob);
  for (const way of Object.keys(ANSWERS_TO)) {
    await knock(
      cloud,
      signedBy(peer, cloud, "/ocm/shares", offerOf(peer, { address }, { name: way, ...arm({ uri: way }) })),
    );
    const { id } = (await receivedShares(bob)).find(({ name }) => name === way) ?? {};
    await bob.client.json("POST", `/api/shares/received/${id}/accept`);
  }
});
test.afterEach(() => {
  for (const response of held) response.destroy();
  held = [];
});
test.afterAll(() => peer.stop());

test("while a cloud hangs, or answers drop by drop, every page is there that does not show what is on it", async () => {
  const answered: string[] = [];
  const open = async (name: string) => {
    const { statusCode, body } = await bob.client.send("GET", `/api/files?path=%2F${name}`);
    answered.push(name);
    return { statusCode, text: await body.text() };
  };
  const [hanging, dripping] = [open("hangs"), open("drips")];
  await expect.poll(() => held.length).toBeGreaterThanOrEqual(2);

  const pages = ["/files", "/shared-with-me", "/shared-by-me", "/contacts", "/trash", "/settings", "/files/hangs"];
  const apis = ["/api/files?path=%2F", "/api/shares/received", "/api/shares/sent", "/api/contacts", "/api/account"];
  for (const path of [...apis, ...pages]) {
    const { statusCode, body } = await bob.client.send("GET", path);
    await body.dump();
    expect.soft(statusCode, path).toBe(200);
  }

  expect(answered).toEqual([]);
  expect(await hanging).toMatchObject({ statusCode: 504, text: expect.stringContaining("PEER_TIMEOUT") });
  for (const response of held) response.destroy();
  expect(await dripping).toMatchObject({ statusCode: 502, text: expect.stringContaining("PEER_UNREACHABLE") });
});

test("what is offered to a cloud that hangs is sent without waiting for it, and one sees that it waits", async () => {
  let told: () => void = () => {};
  peer.on(
    "/ocm/shares",
    () =>
      new Promise((resolve) => {
        told = () => resolve({ status: 201, json: { recipientDisplayName: "Alice" } });
      }),
  );
  const { id } = await offerToAlice("/For later");

  await expect.poll(() => peer.requestsTo("/ocm/shares").length).toBe(1);
  expect((await sentShares(bob)).find((share) => share.id === id)).toMatchObject({ state: "queued" });
  told();

  await expect.poll(async () => (await sentShares(bob)).find((share) => share.id === id)?.state).toBe("delivered");
});

for (const [way, { title, sentence }] of Object.entries(WAYS)) {
  test(`who opens what is on a cloud that ${way} hears what is the matter, and that nothing is lost`, async ({
    context,
  }) => {
    const page = await openAs(context, bob, `/files/${way}`);

    await expect(page.getByText(title)).toBeVisible();
    await expect(page.getByText(sentence)).toContainText(peer.provider);
    await expect(page.getByText(sentence)).toContainText("Nothing is lost");
    await expectToGoOn(page);
  });
}

async function expectToGoOn(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Back to Files" }).click();
  await expect(page.getByRole("heading", { name: "Files" })).toBeVisible();
}

const ANSWERS: [what: string, status: number, failure: RegExp][] = [
  ["an error of its own", 500, /error|500/i],
  ["that it has too much to do", 429, /too many|busy|later|429/i],
];
for (const [what, status, failure] of ANSWERS) {
  test(`an offer to which a cloud answers ${what} is told again, and says so meanwhile`, async () => {
    peer.on("/ocm/shares", { status, text: "<html>", headers: { "retry-after": "1" } });
    const { id } = await offerToAlice(`/Offer ${status}`);

    await expect.poll(() => failureOf(id)).toMatch(failure);
    peer.on("/ocm/shares", { status: 201, json: {} });
    await expect.poll(async () => (await sentShares(bob)).find((share) => share.id === id)?.state).toBe("delivered");
  });
}

test("a cloud with a certificate for which nobody vouches is told nothing, and one hears why", async () => {
  const asked: unknown[] = [];
  const server = https.createServer(CERTIFICATE, (request) => void asked.push(request.url));
  const { tlsPeerPort } = readClouds();
  await new Promise<void>((resolve) => server.listen(tlsPeerPort, "127.0.0.1", resolve));
  const provider = `peer.localhost:${tlsPeerPort}`;
  try {
    const { client } = await signInAdmin(cloud);
    const adding = await client.send("POST", "/api/admin/providers", {
      body: JSON.stringify({ domain: provider }),
      headers: { "content-type": "application/json" },
    });
    const { id } = await offerToAlice("/Not proved", provider);

    expect(await adding.body.json()).toMatchObject({
      code: "PEER_CERTIFICATE_INVALID",
      detail: "The certificate of the other cloud is not valid.",
    });
    await expect.poll(() => failureOf(id)).toBe("The certificate of the other cloud is not valid.");
    expect(asked).toEqual([]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function offerToAlice(path: string, provider = peer.provider): Promise<SentShare> {
  const { id: nodeId } = await makeFolder(bob, path);
  const recipient = { kind: "address", address: `alice@${provider}` };
  return bob.client.json<SentShare>("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" });
}

const failureOf = async (id: string) => (await sentShares(bob)).find((share) => share.id === id)?.untold?.failure ?? "";
