import net from "node:net";
import { Plain } from "./plain.mjs";

function tryListening(port, host) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on("error", reject);
    server.listen(port, host, () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });
}

/** A port that nobody listens on at this moment. */
export const freePort = () => tryListening(0, "127.0.0.1");

/** @throws Plain when the port cannot be listened on; `setting` is the variable that chooses another. */
export async function requirePort(port, host, setting) {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Plain(`${setting} must be a port between 1 and 65535.`);
  }
  try {
    await tryListening(port, host);
  } catch (error) {
    if (error.code === "EADDRINUSE") {
      throw new Plain(`Port ${port} is in use by another program. Choose another with ${setting}=${port + 10}.`);
    }
    if (error.code === "EACCES")
      throw new Plain(`Port ${port} needs more rights. Choose one above 1023 with ${setting}=.`);
    throw new Plain(`This machine cannot listen on ${host}, port ${port} (${error.code}). Check HOST.`);
  }
}
