import path from "node:path";
import { dataFolder } from "./paths.mjs";
import { Plain } from "./plain.mjs";

const portFrom = (setting, otherwise) => Number(process.env[setting] || otherwise);

/** @throws Plain unless it is an http or https address without a path. */
function requireOrigin(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || (url.origin !== text && `${url.origin}/` !== text)) {
    throw new Plain(`PUBLIC_ORIGIN must look like https://cloud.example.org, without a path; it is "${text}".`);
  }
  return url;
}

/** The one cloud of `npm start`, as the environment wants it. */
export function planOne(data = dataFolder()) {
  const asked = process.env.PUBLIC_ORIGIN;
  const url = asked ? requireOrigin(asked) : null;
  // Behind a proxy the public port is the proxy's; a plain http address with a port is most likely ours.
  const port = portFrom("PORT", (url?.protocol === "http:" && url.port) || 3000);
  const cloud = {
    title: "The server",
    database: "tessera",
    folder: data,
    logFile: path.join(data, "log/server.log"),
    origin: url?.origin ?? `http://localhost:${port}`,
    host: process.env.HOST,
    port,
    portSetting: "PORT",
  };
  return { data, clouds: [cloud] };
}

/** The two clouds of the demo. Each may reach the other although both live on private addresses. */
export function planDemo(data = dataFolder(), ports = {}) {
  const portA = ports.a ?? portFrom("DEMO_PORT_A", 3001);
  const portB = ports.b ?? portFrom("DEMO_PORT_B", 3002);
  const cloud = (name, port, otherName, otherPort) => ({
    name,
    title: `Cloud ${name.toUpperCase()}`,
    database: `tessera_${name}`,
    folder: path.join(data, name),
    logFile: path.join(data, "log", `${name}.log`),
    origin: `http://${name}.localhost:${port}`,
    host: "127.0.0.1",
    port,
    portSetting: `DEMO_PORT_${name.toUpperCase()}`,
    exceptions: `${otherName}.localhost:${otherPort}=127.0.0.1`,
    settings: { SITE_NAME: `Cloud ${name.toUpperCase()}` },
  });
  return { data, clouds: [cloud("a", portA, "b", portB), cloud("b", portB, "a", portA)] };
}
