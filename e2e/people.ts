import { type BrowserContext, expect, type Page } from "@playwright/test";
import { type CloudClient, signIn, visit } from "@/tests/cloud-client";
import { type Cloud, type Clouds, type Person, readClouds } from "./clouds";

/** Somebody who is signed in at a cloud. */
type SignedIn = { cloud: Cloud; client: CloudClient };
/** Somebody with an account of its own. */
export type Member = Person & SignedIn & { mail: string };

let made = 0;

/** The administrator of a cloud. */
export async function signInAdmin(cloud: Cloud): Promise<SignedIn> {
  return { cloud, client: await signIn(cloud.origin, cloud.admin.userName, cloud.admin.password) };
}

/** An account of its own for one test, with a password that its owner has chosen. */
export async function makeMember(cloud: Cloud, name: string): Promise<Member> {
  const { client: admin } = await signInAdmin(cloud);
  // A worker that starts anew after a failure counts anew.
  const userName = `${name.toLowerCase()}-${process.pid}-${++made}`;
  const mail = `${userName}@example.org`;
  const first = "to be replaced at once";
  await admin.json("POST", "/api/admin/people", { displayName: name, userName, mail, password: first });

  const client = await signIn(cloud.origin, userName, first);
  const password = `the own choice of ${name}`;
  await client.json("POST", "/api/account/password", { current: first, next: password });
  return { name, userName, mail, password, cloud, client };
}

/** The two of every story, each on a cloud of their own. */
export const makeAliceAndBob = ({ a, b }: Clouds) => Promise.all([makeMember(a, "Alice"), makeMember(b, "Bob")]);

/** Gives the cloud that nobody has set up its administrator, unless another spec has done so before. */
export async function setUpFresh(): Promise<void> {
  const { origin, setupUrl, admin } = readClouds().fresh;
  const code = new URL(setupUrl).searchParams.get("code");
  const { name: displayName, userName, password } = admin;
  const answer = await visit(origin).send("POST", "/api/setup", {
    body: JSON.stringify({ code, siteName: "Fresh", displayName, userName, password }),
    headers: { "content-type": "application/json" },
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300 && answer.statusCode !== 409) throw new Error(`set-up: ${answer.statusCode} ${text}`);
}

/** Opens the page as that person, without the way through the sign-in page. */
export async function openAs(context: BrowserContext, member: SignedIn, path = "/files"): Promise<Page> {
  const cookies = member.client.cookie().split("; ");
  await context.addCookies(
    cookies.map((cookie) => {
      const [name = "", ...value] = cookie.split("=");
      return { name, value: value.join("="), url: member.cloud.origin };
    }),
  );
  const page = await context.newPage();
  await page.goto(member.cloud.origin + path);
  return page;
}

/** What the sign-in page asks for. */
export async function fillSignIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel("User name or mail").fill(login);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByTestId("login").click();
}

type Entry = { id: string; name: string };

export async function makeFolder({ client }: Member, path: string): Promise<Entry> {
  return client.json<Entry>("POST", "/api/files/folders", { path });
}

/** Uploads bytes under a path. */
export async function putFile({ client }: Member, path: string, body: string | Buffer): Promise<Entry> {
  const answer = await client.send("PUT", `/content/files?path=${encodeURIComponent(path)}&conflict=replace`, { body });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`PUT ${path}: ${answer.statusCode} ${text}`);
  return JSON.parse(text);
}

/** The status and the bytes of a file. */
export async function getFile({ client }: Member, path: string): Promise<{ status: number; body: Buffer }> {
  const answer = await client.send("GET", `/content/files?path=${encodeURIComponent(path)}`);
  return { status: answer.statusCode, body: Buffer.from(await answer.body.arrayBuffer()) };
}

export const textOf = async (member: Member, path: string) => (await getFile(member, path)).body.toString();

export async function namesIn({ client }: Member, path: string): Promise<string[]> {
  const query = `path=${encodeURIComponent(path)}&limit=1000`;
  const { items } = await client.json<{ items: Entry[] }>("GET", `/api/files?${query}`);
  return items.map(({ name }) => name);
}

/** Makes two people on two clouds each other's contacts, as invite and acceptance do. */
export async function connect(inviter: Member, invitee: Member): Promise<void> {
  const invite = await inviter.client.json<{ invitation: { code: string } }>("POST", "/api/invites", {});
  const text = invite.invitation.code;
  const preview = await invitee.client.json<{ token: string; provider: string }>("POST", "/api/invites/preview", {
    text,
  });
  await invitee.client.json("POST", "/api/invites/accept", { token: preview.token, provider: preview.provider });
}

export type SentShare = {
  id: string;
  state: string;
  role: string;
  untold: { failure: string | null } | null;
  recipientName: string;
};
export type ReceivedShare = {
  id: string;
  name: string;
  state: string;
  role: string;
  path: string | null;
  request: object | null;
};

/** Shares with the address that a person may give to anyone, whether or not they are contacts. */
export async function shareWith(
  sender: Member,
  receiver: Member,
  nodeId: string,
  more: { role?: "viewer" | "editor"; expiresAt?: string } = {},
): Promise<SentShare> {
  const { cloudAddress } = await receiver.client.json<{ cloudAddress: string }>("GET", "/api/account");
  const recipient = { kind: "address", address: cloudAddress };
  return sender.client.json<SentShare>("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer", ...more });
}

export async function sentShares({ client }: Member): Promise<SentShare[]> {
  return (await client.json<{ items: SentShare[] }>("GET", "/api/shares/sent?limit=100")).items;
}

export async function receivedShares({ client }: Member): Promise<ReceivedShare[]> {
  return (await client.json<{ items: ReceivedShare[] }>("GET", "/api/shares/received?limit=100")).items;
}

/** Accepts what is offered under a name, once the offer is there. */
export async function acceptOffer(receiver: Member, name: string): Promise<void> {
  const offered = async () => (await receivedShares(receiver)).find((share) => share.name === name)?.id;
  await expect.poll(offered).toBeTruthy();
  await receiver.client.json("POST", `/api/shares/received/${await offered()}/accept`);
}
