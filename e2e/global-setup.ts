import { chmodSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { startCloud } from "@/scripts/lib/cloud.mjs";
import { canConnect } from "@/scripts/lib/database.mjs";
import { openDatabases } from "@/scripts/lib/installation.mjs";
import { planSeveral } from "@/scripts/lib/plan.mjs";
import { freePort } from "@/scripts/lib/ports.mjs";
import { type Cloud, type CloudName, type Clouds, OIDC, type Person } from "./clouds";

type Planned = ReturnType<typeof planSeveral>["clouds"][number] & { name: string };
type Ports = Pick<Clouds, "peerPorts" | "tlsPeerPort" | "oidcPort" | "mailPort" | "names">;
type Running = Awaited<ReturnType<typeof startCloud>>;
type Cluster = NonNullable<Awaited<ReturnType<typeof openDatabases>>>;

const ADMIN: Person = { name: "Administrator", userName: "admin", password: "the first of all" };
const MOST_PEERS = 60;

/** What ends here can no longer be tested against: the run fails, and says why. */
const onHopeless = (error: Error) => {
  throw error;
};

const isHealthy = (port: number) =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.ok,
    () => false,
  );

/** Two clouds with an administrator each, and a third that nobody has set up. */
async function planClouds(
  data: string,
  { peerPorts, tlsPeerPort, oidcPort, mailPort, names }: Ports,
): Promise<Planned[]> {
  const { name, userName, password } = ADMIN;
  const ready = { RATE_LIMITS: "off", ADMIN_NAME: name, ADMIN_USER: userName, ADMIN_PASSWORD: password };
  const issuer = `http://127.0.0.1:${oidcPort}`;
  const oidc = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: OIDC.clientId, OIDC_NAME: OIDC.name };
  const nodeOptions = `${process.env.NODE_OPTIONS ?? ""} --import ${pathToFileURL("e2e/played-names.mjs")}`;
  const played = { PLAYED_NAMES: names, NODE_OPTIONS: nodeOptions.trim() };
  const mail = { SMTP_URL: `smtp://127.0.0.1:${mailPort}?ignoreTLS=true` };
  const settingsOf = { a: { ...ready, ...played, ...mail }, b: { ...ready, ...oidc }, fresh: {} };
  const asked = await Promise.all(
    Object.entries(settingsOf).map(async ([cloud, settings]) => {
      return { name: cloud, port: await freePort(), portSetting: "PORT", settings };
    }),
  );
  const { clouds } = planSeveral(data, asked);
  const peers = peerPorts.map((port) => `peer.localhost:${port}=127.0.0.1`);
  peers.push(`https://peer.localhost:${tlsPeerPort}=127.0.0.1`);
  return clouds.map((cloud) => {
    return { ...cloud, name: cloud.name ?? "", exceptions: [cloud.exceptions, ...peers].join(",") };
  });
}

/** Starts, stops and kills clouds for the specs, which run in other processes. */
function makeControls(plan: Planned[], running: Map<string, Running>, cluster: Cluster) {
  const find = (name: string) => {
    const cloud = plan.find((one) => one.name === name);
    if (!cloud) throw new Error(`There is no cloud ${name}.`);
    return cloud;
  };
  const start = async (name: string, more: Record<string, string> = {}) => {
    const cloud = find(name);
    const settings = { ...cloud.settings, ...more };
    if (!running.has(name)) running.set(name, await startCloud({ ...cloud, settings }, { onHopeless }));
  };
  const stop = async (name: string) => {
    await running.get(name)?.stop();
    running.delete(name);
  };
  // The launcher would start it again after a pause that grows; stopping what is dead ends only that watch.
  const killServer = async (name: string) => {
    running.get(name)?.kill();
    await stop(name);
    while (await isHealthy(find(name).port)) await sleep(20);
  };
  let databaseStartedAt = Number.NEGATIVE_INFINITY;
  const killDatabase = async () => {
    // What ends within a minute of its start is started again later each time, and at last not at all.
    await sleep(Math.max(0, databaseStartedAt + 61_000 - performance.now()));
    cluster.kill();
    while (await canConnect(cluster.urlOf("postgres"))) await sleep(20);
    while (!(await canConnect(cluster.urlOf("postgres")))) await sleep(50);
    databaseStartedAt = performance.now();
  };
  const kill = (name: string) => (name === "database" ? killDatabase() : killServer(name));
  return { start, stop, kill };
}

async function listen(controls: ReturnType<typeof makeControls>): Promise<http.Server> {
  const server = http.createServer(async (request, response) => {
    const [, name = "", verb = ""] = (request.url ?? "").split("/");
    try {
      if (verb !== "start" && verb !== "stop" && verb !== "kill") throw new Error(`There is no control ${verb}.`);
      await controls[verb](name, JSON.parse((await text(request)) || "{}"));
    } catch (error) {
      response.statusCode = 500;
      response.write(String(error));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function describe(plan: Planned[], name: CloudName): Cloud {
  const cloud = plan.find((one) => one.name === name);
  if (!cloud?.databaseUrl) throw new Error(`Cloud ${name} has no database.`);
  const { origin, databaseUrl, folder, logFile } = cloud;
  return { name, origin, provider: new URL(origin).host, databaseUrl, folder, logFile, admin: ADMIN };
}

/** Clouds with empty databases and folders, for one run of the specs. */
export default async function setUp(): Promise<() => Promise<void>> {
  const data = mkdtempSync(path.join(os.tmpdir(), "tessera-e2e-"));
  chmodSync(data, 0o711); // root's database runs as another user
  const peerPorts = await Promise.all(Array.from({ length: MOST_PEERS }, freePort));
  const names = path.join(data, "names.json");
  const [tlsPeerPort, oidcPort, mailPort] = [await freePort(), await freePort(), await freePort()];
  const ports = { peerPorts, tlsPeerPort, oidcPort, mailPort, names };
  const plan = await planClouds(data, ports);
  const cluster = await openDatabases({ data, clouds: plan }, { durable: false, onHopeless });
  if (!cluster) throw new Error("The embedded database did not start.");
  const running = new Map<string, Running>();
  const controls = makeControls(plan, running, cluster);
  await Promise.all(plan.map(({ name }) => controls.start(name)));
  const server = await listen(controls);

  const clouds: Clouds = {
    a: describe(plan, "a"),
    b: describe(plan, "b"),
    fresh: { ...describe(plan, "fresh"), setupUrl: running.get("fresh")?.setupUrl ?? "" },
    ...ports,
    control: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  process.env.E2E_CLOUDS = JSON.stringify(clouds); // the workers inherit it

  return async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all(plan.map(({ name }) => controls.stop(name)));
    await cluster.stop();
    cpSync(path.join(data, "log"), "test-results/logs", { recursive: true });
    rmSync(data, { recursive: true });
  };
}
