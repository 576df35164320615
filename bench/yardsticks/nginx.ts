import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { end } from "./end";

/** Debian's nginx with its WebDAV module over `files`: GET, PUT, MOVE and COPY of plain files. */
export async function startNginx(folder: string, files: string, port: number) {
  const root = path.join(folder, "nginx");
  for (const name of ["temp", "body"]) mkdirSync(path.join(root, name), { recursive: true });
  for (const name of ["", "temp", "body"]) chmodSync(path.join(root, name), 0o777);
  const configuration = path.join(root, "nginx.conf");
  writeFileSync(
    configuration,
    `worker_processes 1; daemon off; pid ${root}/pid; error_log ${root}/error.log;
     events { worker_connections 256; }
     http {
       access_log off; sendfile on; client_max_body_size 0; client_body_temp_path ${root}/body;
       keepalive_requests 1000000;
       server { listen 127.0.0.1:${port}; root ${files};
         location / { dav_methods PUT DELETE MKCOL COPY MOVE; create_full_put_path on; dav_access user:rw all:r; } }
     }`,
  );
  const child = spawn("/usr/sbin/nginx", ["-c", configuration, "-p", root], { stdio: "inherit" });
  await sleep(500);
  return { name: "nginx", origin: `http://127.0.0.1:${port}`, stop: () => end(child) };
}
