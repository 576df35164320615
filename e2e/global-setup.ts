import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startCloud } from "@/scripts/lib/cloud.mjs";
import { openDatabases } from "@/scripts/lib/installation.mjs";
import { planSeveral } from "@/scripts/lib/plan.mjs";
import { freePort } from "@/scripts/lib/ports.mjs";
import { seed } from "@/scripts/lib/seed.mjs";
import type { Clouds, Person } from "./clouds";

type Planned = ReturnType<typeof planSeveral>["clouds"][number];
type Running = Awaited<ReturnType<typeof startCloud>>;

/** Two seeded clouds, and a third that nobody has set up. */
const NAMES = ["a", "b", "fresh"] as const;

/** What ends here can no longer be tested against: the run fails, and says why. */
const onHopeless = (error: Error) => {
  throw error;
};

const isHealthy = (port: number) =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.ok,
    () => false,
  );

/** Starts, stops and kills clouds for the specs, which run in other processes. */
function makeControls(plan: Planned[], running: Map<string, Running>) {
  const find = (name: string) => {
    const cloud = plan.find((one) => one.name === name);
    if (!cloud) throw new Error(`There is no cloud ${name}.`);
    return cloud;
  };
  const start = async (name: string) => running.set(name, await startCloud(find(name), { onHopeless }));
  const stop = async (name: string) => {
    await running.get(name)?.stop();
    running.delete(name);
  };
  const kill = async (name: string) => {
    running.get(name)?.kill();
    while (await isHealthy(find(name).port)) await sleep(20);
    while (!(await isHealthy(find(name).port))) await sleep(50);
  };
  return { start, stop, kill };
}

async function listen(controls: ReturnType<typeof makeControls>): Promise<http.Server> {
  const server = http.createServer(async (request, response) => {
    const [, name = "", verb = ""] = (request.url ?? "").split("/");
    try {
      if (verb !== "start" && verb !== "stop" && verb !== "kill") throw new Error(`There is no control ${verb}.`);
      await controls[verb](name);
    } catch (error) {
      response.statusCode = 500;
      response.write(String(error));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function requireAdmin(people: Person[]): Person {
  const admin = people.find((person) => /admin/i.test(person.role));
  if (!admin) throw new Error("The seed names no administrator.");
  return admin;
}

/** Clouds with empty databases and folders, for one run of the specs. */
export default async function setUp(): Promise<() => Promise<void>> {
  const data = mkdtempSync(path.join(os.tmpdir(), "tessera-e2e-"));
  chmodSync(data, 0o711); // root's database runs as another user
  const settings = { RATE_LIMITS: "off" };
  const asked = await Promise.all(
    NAMES.map(async (name) => ({ name, port: await freePort(), portSetting: "PORT", settings })),
  );
  const { clouds: plan } = planSeveral(data, asked);
  const cluster = await openDatabases({ data, clouds: plan }, { durable: false, onHopeless });
  const [peopleA, peopleB]: [Person[], Person[]] = await Promise.all([seedOf(plan, "a"), seedOf(plan, "b")]);
  const running = new Map<string, Running>();
  const controls = makeControls(plan, running);
  await Promise.all(NAMES.map(controls.start));
  const server = await listen(controls);

  const originOf = (name: string) => plan.find((cloud) => cloud.name === name)?.origin ?? "";
  const clouds: Clouds = {
    a: { name: "a", origin: originOf("a"), admin: requireAdmin(peopleA), people: peopleA },
    b: { name: "b", origin: originOf("b"), admin: requireAdmin(peopleB), people: peopleB },
    fresh: { origin: originOf("fresh"), setupUrl: running.get("fresh")?.setupUrl ?? "" },
    control: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  process.env.E2E_CLOUDS = JSON.stringify(clouds); // the workers inherit it

  return async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all(NAMES.map(controls.stop));
    await cluster?.stop();
    cpSync(path.join(data, "log"), "test-results/logs", { recursive: true });
    rmSync(data, { recursive: true });
  };
}

async function seedOf(plan: Planned[], name: string): Promise<Person[]> {
  const cloud = plan.find((one) => one.name === name);
  return cloud ? seed(cloud, "dist/seed.mjs") : [];
}
