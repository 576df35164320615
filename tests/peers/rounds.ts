// What works with whom, as the tests of the imitations show it: the table of FEDERATION.md is written from here.

const STEPS = [
  "Invites",
  "Share out",
  "Role changed",
  "Taken back",
  "Share in",
  "Written",
  "Given back",
  "Contact removed",
] as const;
type Step = (typeof STEPS)[number];
/** What is to be said of a step, and the test that shows it; none where there is nothing to be shown. */
type Shown = readonly [says: string, test?: string];
export type Round = { with: string; families: string[]; file: string; steps: Record<Step, Shown> };

const SEEN_LATER = "seen at its next look";
const OFFERED_AGAIN = "ended and offered again";
const older: Record<Step, Shown> = {
  Invites: ["it has none"],
  "Share out": ["yes", "is offered, accepted, listed and read"],
  "Role changed": [SEEN_LATER, "can be changed as soon as its role says so, and not any more when it does not"],
  "Taken back": ["told", "is taken back, which the secret proves that is gone then"],
  "Share in": ["yes, as a request", "is offered, accepted, browsed, read and written"],
  Written: ["yes", "is offered, accepted, browsed, read and written"],
  "Given back": ["told", "can be %s, and the secret that says so is gone then"],
  "Contact removed": ["told of each share", "ends with the contact that its sender became"],
};
const reva: Record<Step, Shown> = {
  Invites: ["both ways", "an invite of ours is used by them"],
  "Share out": ["yes", "is taken, listed, read, and written once its role lets"],
  "Role changed": [
    `${OFFERED_AGAIN}; it does not listen to the end`,
    "is ended there and offered under its name with another role",
  ],
  "Taken back": ["it does not listen", "opens nothing once it is taken back, and they are told if they listen"],
  "Share in": [
    "yes, as a request",
    "waits as a request that nobody has signed, and belongs to the contact once it is accepted",
  ],
  Written: ["yes", "is browsed, read, written and given back"],
  "Given back": ["it does not listen", "is browsed, read, written and given back"],
  "Contact removed": [
    "it does not listen",
    "a contact who is removed is gone with all that was shared both ways, and they are told of our shares if they listen",
  ],
};
const newest: Record<Step, Shown> = {
  Invites: ["both ways", "an invite of ours is used by them, once"],
  "Share out": ["yes", "is taken, exchanged and read"],
  "Role changed": [SEEN_LATER, "may be a folder, listed, and written once its role lets"],
  "Taken back": ["told", "opens nothing once it is taken back, and they are told"],
  "Share in": ["yes", "is taken, measured and read, and they are told"],
  Written: ["yes", "may be a folder that is called a file, and is written"],
  "Given back": ["told", "is given back, and they are told"],
  "Contact removed": ["told of each share", "tells the end of each share when its contact is removed"],
};

const OLDER = "tests/peers/nextcloud.db.test.ts";
const REVA = "tests/peers/reva.db.test.ts";
const NEWEST = "tests/peers/newest.db.test.ts";
export const ROUNDS: Round[] = [
  { with: "Nextcloud 35", families: ["Nextcloud 35"], file: NEWEST, steps: newest },
  {
    with: "Nextcloud 31 to 34",
    families: ["Nextcloud 31 to 34", "Nextcloud 32, 33 with invites"],
    file: OLDER,
    steps: {
      ...older,
      Invites: [
        "with 32 and 33, both ways; ours while its unsigned messages are taken and it has signed none",
        "an invite of ours is used by them where unsigned messages are taken, and not once they have signed anything",
      ],
      "Share in": ["yes", older["Share in"][1]],
    },
  },
  {
    with: "Nextcloud until 30, ownCloud 10, Seafile",
    families: ["Nextcloud until 30", "ownCloud 10", "Seafile"],
    file: OLDER,
    steps: older,
  },
  {
    with: "oCIS, the later ones",
    families: ["oCIS"],
    file: REVA,
    steps: {
      ...reva,
      "Role changed": [OFFERED_AGAIN, reva["Role changed"][1]],
      "Taken back": ["told", reva["Taken back"][1]],
      "Contact removed": ["told of each share of ours", reva["Contact removed"][1]],
    },
  },
  { with: "Older oCIS, OpenCloud; CERNBox, Reva", families: ["OpenCloud", "CERNBox, Reva"], file: REVA, steps: reva },
  {
    with: "opencloudmesh-go",
    families: ["opencloudmesh-go"],
    file: NEWEST,
    steps: {
      ...newest,
      "Share out": [
        "files to view; it refuses what is more, and that is said",
        "that it does not support is said to be refused",
      ],
      "Role changed": ["it knows one role"],
      Written: ["it knows one role"],
    },
  },
];

const BEGIN = "<!-- what works with whom: written by tests/peers/write-rounds.ts -->";
const END = "<!-- until here -->";

function tableOf(rounds: Round[]): string {
  const rows = rounds.map(({ with: name, steps }) => [name, ...STEPS.map((step) => steps[step][0])]);
  const lines = [["With", ...STEPS], ["With", ...STEPS].map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The document with the table as it should be. */
export function withRounds(document: string): string {
  const [before, rest = ""] = document.split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  return `${before}${BEGIN}\n\n${tableOf(ROUNDS)}\n\n${after}`;
}
