import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { environmentOf } from "./cloud.mjs";
import { endWith } from "./plain.mjs";
import { planSeveral } from "./plan.mjs";
import { freePort } from "./ports.mjs";
import { prepareBuild } from "./prepare.mjs";
import { onQuit } from "./quit.mjs";

/**
 * Starts the two clouds of the demo with fresh data in a temporary folder, hands them to `work` with a way to end one and
 * to begin it anew, and ends everything afterwards, whatever happens. `settings` goes into the environment of both.
 */
export async function withTwoClouds(settings, work) {
  await prepareBuild();
  const { openDatabases, startClouds } = await import("./installation.mjs");
  const { seed } = await import("./seed.mjs");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tessera-"));
  fs.chmodSync(folder, 0o711); // root's database runs as another user
  const stops = [() => fs.rmSync(folder, { recursive: true, force: true })];
  const stopAll = async () => {
    while (stops.length > 0) await stops.pop()();
  };
  const giveUp = async (error) => {
    await stopAll();
    endWith(error);
  };
  onQuit(
    () => stopAll().then(() => process.exit(1)),
    () => process.exit(1),
  );

  try {
    const ports = [await freePort(), await freePort()];
    const asked = ["a", "b"].map((name, index) => ({ name, port: ports[index], portSetting: "PORT" }));
    const plan = planSeveral(folder, asked);
    for (const cloud of plan.clouds) Object.assign(cloud.settings, settings(cloud));
    const cluster = await openDatabases(plan, { onHopeless: giveUp });
    stops.push(() => cluster.stop());
    const people = [];
    for (const cloud of plan.clouds) people.push(await seed(cloud, "dist/seed.mjs"));
    const servers = await startClouds(plan.clouds, { onHopeless: giveUp });
    stops.push(() => Promise.all(servers.map((server) => server.stop())));

    const clouds = plan.clouds.map((cloud, index) => ({
      origin: cloud.origin,
      databaseUrl: cloud.databaseUrl,
      pid: servers[index].pid(),
      people: people[index],
      environment: environmentOf(cloud),
    }));
    const power = {
      end: (index) => servers[index].stop(),
      async begin(index) {
        [servers[index]] = await startClouds([plan.clouds[index]], { onHopeless: giveUp });
        return servers[index].pid();
      },
    };
    return await work({ folder, clouds }, power);
  } finally {
    await stopAll();
  }
}
