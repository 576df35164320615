import type { ReceivedShareView } from "@/lib/sharing/schema";
import { accountOf } from "./accounts";
import type { Call, Command } from "./command";
import { askAll, askJson } from "./http";
import { pick } from "./pick";
import { clean, dayText, remark, say, sayJson, sayTable } from "./print";

const LIVE = new Set(["pending", "accepted"]);

async function list(call: Call): Promise<void> {
  const shares = await askAll<ReceivedShareView>(accountOf(call), "/api/shares/received");
  const shown = call.flag("all") ? shares : shares.filter(({ state }) => LIVE.has(state));
  if (call.json) return sayJson(shown);
  const rows = shown.map((share) => {
    const { id, name, senderName, provider, role, state, path, expiresAt } = share;
    const from = provider ? `${senderName} (${provider})` : senderName;
    return [
      id,
      path ?? name,
      share.request ? `${from}, a stranger` : from,
      role === "editor" ? "edit" : "view",
      state,
      dayText(expiresAt),
    ];
  });
  sayTable(["ID", "WHAT", "FROM", "I CAN", "STATE", "UNTIL"], rows, "Nobody shares anything with you.");
}

type Answer = {
  verb: string;
  states: string[];
  ask: (id: string, call: Call) => [method: string, path: string, body?: unknown];
};

const answer =
  ({ verb, states, ask }: Answer) =>
  async (call: Call) => {
    const account = accountOf(call);
    const shares = await askAll<ReceivedShareView>(account, "/api/shares/received");
    const open = shares.filter(({ id, state }) => states.includes(state) || call.args.includes(id));
    const what = states.includes("pending") ? "offer" : "accepted share";
    const meant = call.args.map((typed) => pick(open, typed, what, ({ name, path }) => (path ? [path, name] : [name])));
    for (const { id } of meant) {
      const share = await askJson<ReceivedShareView>(account, ...ask(id, call));
      if (call.json) sayJson(share);
      else if (share.state === "accepted" && share.path) say(clean(share.path));
      else if (!call.quiet) remark(`${share.name} of ${share.senderName} is ${verb}.`);
    }
  };

const WHICH = "SHARE is the id in `tessera received list`; the name is enough if no other has it.";

export const receivedCommands: Command[] = [
  {
    name: "received list",
    usage: "",
    count: [0, 0],
    summary: "what others offer you and share with you",
    options: { all: { type: "boolean", short: "a", help: "also what has ended or was declined" } },
    examples: [
      "tessera received list",
      "tessera received list --json | jq -r '.[] | select(.state == \"pending\").id'",
    ],
    run: list,
  },
  {
    name: "received accept",
    usage: "SHARE…",
    count: [1, Number.POSITIVE_INFINITY],
    summary: "take what was offered; prints where it stands",
    details: WHICH,
    options: { contact: { type: "boolean", help: "and make its sender, whom you do not know yet, a contact" } },
    examples: ["tessera received accept Photos"],
    run: answer({
      verb: "accepted",
      states: ["pending"],
      ask: (id, call) => ["POST", `/api/shares/received/${id}/accept`, { addContact: call.flag("contact") }],
    }),
  },
  {
    name: "received decline",
    usage: "SHARE…",
    count: [1, Number.POSITIVE_INFINITY],
    summary: "say no to what was offered",
    details: WHICH,
    examples: ["tessera received decline Photos"],
    run: answer({
      verb: "declined",
      states: ["pending"],
      ask: (id) => ["POST", `/api/shares/received/${id}/decline`],
    }),
  },
  {
    name: "received leave",
    usage: "SHARE…",
    count: [1, Number.POSITIVE_INFINITY],
    summary: "give back what you had accepted",
    details: WHICH,
    examples: ["tessera received leave /Photos"],
    run: answer({ verb: "left", states: ["accepted"], ask: (id) => ["DELETE", `/api/shares/received/${id}`] }),
  },
];
