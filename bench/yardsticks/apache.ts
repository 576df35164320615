import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { end } from "./end";

const MODULES = ["mpm_event", "authz_core", "dav", "dav_fs"];

/** Debian's Apache with mod_dav over `files`; what it keeps for itself goes into a folder in `folder`. */
export async function startApache(folder: string, files: string, port: number) {
  const root = path.join(folder, "apache");
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o777); // started by root, it works as another user
  const configuration = path.join(root, "apache.conf");
  const modules = MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
  const user = process.getuid?.() === 0 ? ["User www-data", "Group www-data"] : [];
  writeFileSync(
    configuration,
    [
      ...modules,
      ...user,
      `ServerRoot ${root}`,
      `DefaultRuntimeDir ${root}`,
      `PidFile ${root}/pid`,
      `ErrorLog ${root}/error.log`,
      "LogLevel error",
      "ServerName localhost",
      `Listen 127.0.0.1:${port}`,
      "EnableSendfile On",
      "MaxKeepAliveRequests 0",
      `DavLockDB ${root}/locks`,
      `DocumentRoot ${files}`,
      `<Directory ${files}>`,
      "Dav On",
      "AllowOverride None",
      "Require all granted",
      "</Directory>",
      "",
    ].join("\n"),
  );
  const child = spawn("/usr/sbin/apache2", ["-f", configuration, "-DFOREGROUND"], { stdio: "inherit" });
  await sleep(500);
  return { name: "Apache mod_dav", origin: `http://127.0.0.1:${port}`, stop: () => end(child) };
}
