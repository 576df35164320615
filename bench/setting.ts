import { readFileSync } from "node:fs";
import pg from "pg";
import { type CloudClient, signIn } from "../tests/cloud-client";

export type Cloud = {
  origin: string;
  databaseUrl: string;
  pid: number;
  people: { name: string; userName: string; password: string; role: string }[];
  environment: Record<string, string>;
};

/** The two clouds that the npm script has started for this run. */
export type Setting = { folder: string; clouds: [Cloud, Cloud] };

export function readSetting(): Setting {
  const text = process.env.BENCH;
  if (!text) throw new Error("This is run by npm run bench and npm run screenshots");
  return JSON.parse(text);
}

/** The first person of a cloud who is no administrator. */
export const somebody = (cloud: Cloud) => find(cloud, (role) => role !== "Administrator");

/** The same, signed in. */
export const person = (cloud: Cloud): Promise<CloudClient> => enter(cloud, somebody(cloud));

/** The administrator of a cloud, signed in. */
export const administrator = (cloud: Cloud): Promise<CloudClient> =>
  enter(
    cloud,
    find(cloud, (role) => role === "Administrator"),
  );

const enter = ({ origin }: Cloud, { userName, password }: Cloud["people"][0]) => signIn(origin, userName, password);

function find({ people }: Cloud, fits: (role: string) => boolean) {
  const found = people.find(({ role }) => fits(role));
  if (!found) throw new Error("The demo made nobody of that role.");
  return found;
}

export function database(cloud: Cloud): pg.Pool {
  return new pg.Pool({ connectionString: cloud.databaseUrl, max: 4 });
}

/** Resident memory of a process, in megabytes. */
export function residentMemory(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

/** The highest resident memory of the processes while the work runs. */
export async function peakMemory(pids: number[], work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, ...pids.map(residentMemory));
  };
  const timer = setInterval(look, 100);
  look();
  await work();
  clearInterval(timer);
  return peak;
}
