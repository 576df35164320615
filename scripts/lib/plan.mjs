import path from "node:path";
import { dataFolder } from "./paths.mjs";
import { Plain } from "./plain.mjs";

/** The database of `npm start` in the embedded server. */
export const OWN_DATABASE = "tessera";

const portFrom = (setting, otherwise) => Number(process.env[setting] || otherwise);

/** @throws Plain unless it is an http or https address without a path. */
function requireOrigin(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || (url.origin !== text && `${url.origin}/` !== text)) {
    throw new Plain(`PUBLIC_ORIGIN must look like https://cloud.example.org, without a path; it is "${text}".`);
  }
  return url;
}

/**
 * One cloud to be run: where its data and log are, where it listens, and what else its server finds in the environment.
 * @typedef {{ name?: string, title: string, database: string, folder: string, logFile: string, origin: string,
 *   port: number, portSetting: string, host?: string, exceptions?: string, settings?: Record<string, string>,
 *   databaseUrl?: string }} Cloud
 */

/** The one cloud of `npm start`, as the environment wants it. */
export function planOne(data = dataFolder()) {
  const asked = process.env.PUBLIC_ORIGIN;
  const url = asked ? requireOrigin(asked) : null;
  // Behind a proxy the public port is the proxy's; a plain http address with a port is most likely ours.
  const port = portFrom("PORT", (url?.protocol === "http:" && url.port) || 3000);
  const cloud = {
    title: "The server",
    database: OWN_DATABASE,
    folder: data,
    logFile: path.join(data, "log/server.log"),
    origin: url?.origin ?? `http://localhost:${port}`,
    host: process.env.HOST,
    port,
    portSetting: "PORT",
  };
  return { data, clouds: [cloud] };
}

/**
 * Clouds side by side on this machine, each with a host name of its own; `clouds` are their names, ports and port
 * settings. Each may reach the others although they live on private addresses.
 * @param {string} data
 * @param {{ name: string, port: number, portSetting: string, settings?: Record<string, string> }[]} clouds
 * @returns {{ data: string, clouds: Cloud[] }}
 */
export function planSeveral(data, clouds) {
  const hostOf = ({ name, port }) => `${name}.localhost:${port}`;
  const planned = clouds.map((cloud) => ({
    ...cloud,
    title: `Cloud ${cloud.name.toUpperCase()}`,
    database: `tessera_${cloud.name}`,
    folder: path.join(data, cloud.name),
    logFile: path.join(data, "log", `${cloud.name}.log`),
    origin: `http://${hostOf(cloud)}`,
    host: "127.0.0.1",
    exceptions: clouds
      .filter((other) => other !== cloud)
      .map((other) => `${hostOf(other)}=127.0.0.1`)
      .join(","),
    settings: { SITE_NAME: `Cloud ${cloud.name.toUpperCase()}`, ...cloud.settings },
  }));
  return { data, clouds: planned };
}

/** The two clouds of the demo. */
export function planDemo(data = dataFolder()) {
  const demoCloud = (name, otherwise) => {
    const portSetting = `DEMO_PORT_${name.toUpperCase()}`;
    return { name, port: portFrom(portSetting, otherwise), portSetting };
  };
  return planSeveral(data, [demoCloud("a", 3001), demoCloud("b", 3002)]);
}
