import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { POST as speak } from "@/app/api/invites/[id]/words/route";
import { acceptInvite } from "@/lib/contacts/accept-invite";
import { createInvite, revokeInvite, sweepInvites } from "@/lib/contacts/invites";
import { previewInvite } from "@/lib/contacts/preview-invite";
import { resolveWords, speakInvite } from "@/lib/contacts/spoken-invites";
import { db } from "@/lib/core/db";
import type { UserPrincipal } from "@/lib/core/principal";
import { newInviteWords } from "@/lib/protocol/ocm/spoken-invite";
import { type Cloud, startCloud } from "@/tests/clouds";
import { makeUser, requestOf } from "@/tests/make";
import { startPeer } from "@/tests/peer";

let here: Cloud;
let there: Cloud;
let alice: UserPrincipal;
let bob: UserPrincipal;

beforeEach(async () => {
  [here, there] = [await startCloud(), await startCloud()];
  alice = await makeUser({ site: here.site, displayName: "Alice" });
  bob = await makeUser({ site: there.site, displayName: "Bob" });
});
afterEach(() => Promise.all([here.stop(), there.stop()]));

async function speakOne() {
  const { id } = await createInvite(alice, { note: "" });
  const { words, provider } = await speakInvite(alice, id);
  return { id, words: words.join(" "), said: `${words.join(" ")} at ${provider}` };
}
const ask = (words: string, provider = "elsewhere.example.org", address = "192.0.2.1") =>
  resolveWords(alice.siteId, { provider, address }, words);
const unknown = { code: "INVITE_WORDS_UNKNOWN" };

describe("an invite that was read aloud", () => {
  it("makes two people contacts as any other does", async () => {
    const { said } = await speakOne();

    const { token, provider, inviterName } = await previewInvite(bob, said);
    const { contact } = await acceptInvite(bob, { token, provider });

    expect([inviterName, contact.displayName]).toEqual(["Alice", "Alice"]);
    expect(await db().contact.count()).toBe(2);
    await expect(previewInvite(bob, said)).rejects.toMatchObject(unknown);
    expect(await db().invite.findFirst()).toMatchObject({ wordsHash: null, wordsEncrypted: null });
  });

  it("has the same words until a cloud has said them, and then others", async () => {
    const { id, words, said } = await speakOne();
    const answer = await speak(await requestOf(alice, `/api/invites/${id}/words`, { method: "POST" }), {
      params: Promise.resolve({ id }),
    });
    expect((await answer.json()).words.join(" ")).toBe(words);

    await previewInvite(bob, said);

    expect((await speakInvite(alice, id)).words.join(" ")).not.toBe(words);
    await expect(previewInvite(bob, said)).rejects.toMatchObject(unknown);
  });

  it("is for the first cloud that says it, which may say it again; of several at once for one", async () => {
    const { words } = await speakOne();
    const clouds = ["a", "b", "c"].map((name) => `${name}.example.org`);

    const asked = await Promise.allSettled(clouds.map((cloud) => ask(words, cloud)));

    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const first = clouds[asked.findIndex(({ status }) => status === "fulfilled")];
    await expect(ask(words, first)).resolves.toHaveProperty("token");
  });

  it("is asked of no cloud while a word is wrong", async () => {
    const { said } = await speakOne();
    const peer = await startPeer();

    await expect(previewInvite(bob, said.replace(/^\S+/, "zoo"))).rejects.toMatchObject({ code: "INVITE_WORDS_WRONG" });
    const other = previewInvite(bob, `${newInviteWords(peer.provider)} ${peer.provider}`);
    await expect(other).rejects.toMatchObject({ code: "INVITE_WORDS_UNSUPPORTED" });

    expect(peer.requestsTo("/ocm/invite-words")).toEqual([]);
    await peer.stop();
  });

  it("opens nothing when it is revoked, when its hour is over, or on one's own cloud", async () => {
    const [revoked, late, own] = [await speakOne(), await speakOne(), await speakOne()];
    await revokeInvite(alice, revoked.id);
    await db().invite.updateMany({ where: { id: late.id }, data: { wordsUntil: new Date(0) } });

    await expect(ask(revoked.words)).rejects.toMatchObject(unknown);
    await expect(ask(late.words)).rejects.toMatchObject(unknown);
    await expect(speakInvite(alice, revoked.id)).rejects.toMatchObject({ code: "INVITE_NOT_WAITING" });
    await expect(previewInvite(alice, own.said)).rejects.toMatchObject({ code: "INVITE_OF_SAME_CLOUD" });
    await sweepInvites();
    expect(await db().invite.findFirst({ where: { id: late.id } })).toMatchObject({ wordsHash: null });
  });
});

describe("whoever guesses words", () => {
  const wrong = () => newInviteWords(here.site.provider);
  const codesOf = async (tries: Promise<unknown>[]) =>
    (await Promise.allSettled(tries)).map((one) => (one.status === "rejected" ? one.reason.code : "found"));

  it("is stopped after thirty tries in an hour, by cloud and by network", async () => {
    const byCloud = await codesOf(Array.from({ length: 31 }, (_, n) => ask(wrong(), "a.example.org", `192.0.2.${n}`)));
    const byNetwork = await codesOf(
      Array.from({ length: 31 }, (_, n) => ask(wrong(), `b${n}.example.org`, "198.51.100.1")),
    );

    for (const codes of [byCloud, byNetwork]) {
      expect(codes.filter((code) => code === "TOO_MANY_REQUESTS")).toHaveLength(1);
    }
  });

  it("is stopped with all others together after three hundred", async () => {
    const tries = Array.from({ length: 301 }, (_, n) =>
      ask(wrong(), `c${n}.example.org`, `2001:db8:0:${n.toString(16)}::1`),
    );

    const codes = await codesOf(tries);

    expect(codes.filter((code) => code === "TOO_MANY_REQUESTS")).toHaveLength(1);
    const { words } = await speakOne();
    await expect(ask(words)).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
  });
});
