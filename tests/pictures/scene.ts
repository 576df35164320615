import { Secret, TOTP } from "otpauth";
import { connectPeople } from "@/bench/connect";
import { administrator, database, type Setting } from "@/bench/setting";
import { type CloudClient, signIn } from "../cloud-client";
import { publishAndFollow, showManyClouds } from "./scene-of-clouds";

type Listed = { items: { id: string }[] };

export type Scene = Awaited<ReturnType<typeof prepareScene>>;

/** Gives alice, bob and their administrators something to show. */
export async function prepareScene(setting: Setting) {
  const [cloudA, cloudB] = setting.clouds;
  const [admin, adminOfB] = [await administrator(cloudA), await administrator(cloudB)];
  const passwordOf = (userName: string) =>
    setting.clouds.flatMap(({ people }) => people).find((one) => one.userName === userName)?.password ?? "";

  const { alice, bob, folderId } = await connectPeople(setting, "Summer trip");
  await fillTrip(alice);
  await bob.json("POST", "/api/files/offline", { path: "/Summer trip" });
  await connectPeople(setting, "Recipes", { isAccepted: false, note: "The ones from last Sunday." });
  await shareInVain(alice);
  await bob.json("POST", "/api/share-requests", {
    contactId: await firstContact(bob),
    words: "the pictures of the hut",
  });
  await bob.json("POST", "/api/share-requests", { contactId: await firstContact(bob), words: "Notes" });
  await offerAsStranger(await signIn(cloudA.origin, "carol", passwordOf("carol")), bob);

  const { invitation } = await alice.json<{ invitation: { link: string } }>("POST", "/api/invites", {});
  await alice.json("POST", "/api/invites", { note: "Erin, from the choir" });
  await alice.json("DELETE", `/api/files?${new URLSearchParams({ path: "/Notes.txt" })}`).catch(() => undefined);
  const password = passwordOf("alice");
  await alice.json("POST", "/api/account/app-passwords", { name: "Backup of my laptop", scopes: ["files"], password });

  const peopleOfA = await admin.json<Listed>("GET", "/api/admin/people?search=carol");
  const firstPassword = { password: "told by telephone" };
  await admin.json("POST", `/api/admin/people/${peopleOfA.items[0]?.id}/password`, firstPassword);
  const carol = await signIn(cloudA.origin, "carol", firstPassword.password);
  await makeGroups(admin);
  const { protocol, host } = new URL(admin.origin);
  await admin.json("POST", "/api/admin/sites", { name: "School", origin: `${protocol}//school.${host}` });

  await publishAndFollow(admin, adminOfB);
  await showManyClouds(admin, new URL(adminOfB.origin).host, database(cloudA));
  const halfBob = await enrol(alice, bob, () => signIn(cloudB.origin, "bob", passwordOf("bob")));
  return { alice, bob, carol, halfBob, admin, adminOfB, folderId, link: invitation.link, passwordOf };
}

/** Files of a folder; one of them held other words before, and it and its folder are favourites. */
async function fillTrip(alice: CloudClient): Promise<void> {
  for (const [name, body] of [
    ["Route.md", "# Route\n\nAlong the coast.\n"],
    ["Route.md", "# Route\n\nOver the hills and along the coast.\n"],
    ["Packing list.txt", "A warm jacket\nThe map\n"],
    ["Costs.csv", "what,how much\nTrain,48\nHut,60\n"],
  ]) {
    const path = encodeURIComponent(`/Summer trip/${name}`);
    const answer = await alice.send("PUT", `/content/files?path=${path}&conflict=replace`, { body });
    await answer.body.dump();
    if (answer.statusCode > 201) throw new Error(`${name} was refused: ${answer.statusCode}`);
  }
  for (const path of ["/Summer trip", "/Summer trip/Route.md"]) {
    const { id } = await alice.json<{ id: string }>("GET", `/api/files/entry?${new URLSearchParams({ path })}`);
    await alice.json("PUT", `/api/files/${id}/favourite`);
  }
}

/** A program that waits to be let in; resolves to the code that it shows, which is good for ten minutes. */
export async function waitForDevice(client: CloudClient): Promise<string> {
  const program = { program: "tessera", host: "laptop", scopes: ["files", "shares"] };
  return (await client.json<{ userCode: string }>("POST", "/api/device-logins", program)).userCode;
}

/** What cannot be delivered, for lack of a cloud of that name. */
async function shareInVain(alice: CloudClient): Promise<void> {
  const { items: folders } = await alice.json<Listed>("GET", "/api/files?path=/");
  for (const { id: nodeId } of folders.slice(0, 2)) {
    const recipient = { kind: "address", address: "erin@cloud.invalid" };
    await alice.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer" });
  }
}

const firstContact = async (client: CloudClient) => (await client.json<Listed>("GET", "/api/contacts")).items[0]?.id;

/** Somebody who is no contact offers something. */
async function offerAsStranger(sender: CloudClient, receiver: CloudClient): Promise<void> {
  const { cloudAddress: address } = await receiver.json<{ cloudAddress: string }>("GET", "/api/account");
  const { id: nodeId } = await sender.json<{ id: string }>("POST", "/api/files/folders", { path: "/Garden plans" });
  const recipient = { kind: "address", address };
  await sender.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer", note: "We met at the market." });
}

async function makeGroups(admin: CloudClient): Promise<void> {
  const names = ["Choir", "Neighbours", "Working group for the renewal of the playground behind the town hall"];
  for (const name of names) await admin.json("POST", "/api/admin/groups", { name });
  const groups = await admin.json<Listed>("GET", "/api/admin/groups?search=Choir");
  const people = await admin.json<Listed>("GET", "/api/admin/people");
  for (const { id } of people.items) await admin.json("PUT", `/api/admin/groups/${groups.items[0]?.id}/members/${id}`);
}

/** Bob gets an app for codes and something that asks for one; resolves to him with nothing but his password shown. */
async function enrol(alice: CloudClient, bob: CloudClient, signInAnew: () => Promise<CloudClient>) {
  const path = "/api/account/second-factor/authenticator";
  const elsewhere = await signInAnew();
  const { key } = await elsewhere.json<{ key: string }>("POST", path, { password: "bob-of-the-demo" });
  await elsewhere.json("PUT", path, { code: new TOTP({ secret: Secret.fromBase32(key) }).generate() });

  const { id: nodeId } = await alice.json<{ id: string }>("POST", "/api/files/folders", { path: "/Letters" });
  const recipient = { kind: "contact", id: await firstContact(alice) };
  await alice.json("POST", "/api/shares/sent", { nodeId, recipient, role: "viewer", needsSecondFactor: true });
  for (;;) {
    const { items } = await bob.json<{ items: { id: string; name: string }[] }>("GET", "/api/shares/received");
    const offer = items.find(({ name }) => name === "Letters");
    if (offer) await bob.json("POST", `/api/shares/received/${offer.id}/accept`);
    if (offer) return signInAnew();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
