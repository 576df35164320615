import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { freePort } from "@/scripts/lib/ports.mjs";
import { hasProgram, scratchFolder } from "./clients/programs";

/** Ceph's own object gateway on a cluster of one, in memory: what many of those run who offer S3. */
export const hasS3Server = () => ["ceph-mon", "ceph-osd", "radosgw"].every((name) => hasProgram(name));

const accessKeyId = "tessera";
const secretAccessKey = "not-a-secret";
const PATIENCE_MS = 90_000;

const settings = (folder: string, { fsid, mon, gateway }: { fsid: string; mon: number; gateway: number }) => `
[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${mon}/0]
public network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${folder}/keyring
log file = ${folder}/$name.log
admin socket = ${folder}/$name.$pid.asok
pid file = ${folder}/$name.pid
run dir = ${folder}
crash dir = ${folder}
mon data = ${folder}/mon
osd data = ${folder}/osd
rgw data = ${folder}/rgw
mon data avail warn = 0
mon data avail crit = 0
mon allow pool size one = true
mon max pg per osd = 1000
paxos propose interval = 0.05
osd objectstore = memstore
memstore device bytes = 2147483648
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw rados pool pg num min = 1
`;

/** Runs until its standard input ends: as long as this process, however that ends. */
function startDaemon(program: string, args: string[]): ChildProcess {
  const script = '"$@" & pid=$!; read -r _; kill $pid; wait $pid';
  return spawn("sh", ["-c", script, "sh", program, ...args, "-f"], { stdio: ["pipe", "ignore", "ignore"] });
}

async function makeCluster(folder: string, mon: number, fsid: string, conf: string[]): Promise<void> {
  const run = (program: string, ...args: string[]) => promisify(execFile)(program, args, { timeout: PATIENCE_MS });
  const key = async (name: string, ...caps: string[]) => {
    const isFirst = !fs.existsSync(`${folder}/keyring`);
    const first = isFirst ? ["--create-keyring"] : [];
    await run("ceph-authtool", ...first, `${folder}/keyring`, "--gen-key", "-n", name, ...caps);
  };
  await key("mon.", "--cap", "mon", "allow *");
  await key("client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *");
  await key("osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", "allow *");
  const address = `[v2:127.0.0.1:${mon}/0]`;
  await run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", address, `${folder}/monmap`);
  const made = ["--mkfs", "--monmap", `${folder}/monmap`, "--keyring", `${folder}/keyring`];
  await run("ceph-mon", ...conf, "-i", "a", ...made);
}

async function answers(endpoint: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!(await fetch(endpoint).catch(() => null))?.ok) {
    if (Date.now() > until) throw new Error("The S3 server did not start.");
    await sleep(200);
  }
}

/** A real S3 server with one bucket, in the words of our own configuration. */
export async function startS3Server() {
  const folder = scratchFolder();
  for (const name of ["mon", "osd", "rgw"]) fs.mkdirSync(`${folder}/${name}`);
  const [mon, gateway, fsid] = [await freePort(), await freePort(), randomUUID()];
  fs.writeFileSync(`${folder}/ceph.conf`, settings(folder, { fsid, mon, gateway }));
  const conf = ["-c", `${folder}/ceph.conf`];
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(program, [...conf, ...args], { timeout: PATIENCE_MS });
  const daemons: ChildProcess[] = [];
  const stop = async () => {
    for (const daemon of daemons.reverse()) {
      daemon.stdin?.end();
      if (daemon.exitCode === null) await once(daemon, "exit");
    }
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    await makeCluster(folder, mon, fsid, conf);
    daemons.push(startDaemon("ceph-mon", [...conf, "-i", "a"]));
    const osd = randomUUID();
    await run("ceph", "osd", "create", osd, "0");
    await run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", osd);
    daemons.push(startDaemon("ceph-osd", [...conf, "-i", "0"]));
    daemons.push(startDaemon("radosgw", [...conf, "-n", "client.admin"]));
    const endpoint = `http://127.0.0.1:${gateway}/`;
    await answers(endpoint);
    const user = ["--uid", "tessera", "--display-name", "tessera"];
    await run("radosgw-admin", "user", "create", ...user, "--access-key", accessKeyId, "--secret-key", secretAccessKey);
    const bucket = {
      endpoint,
      bucket: "blobs",
      region: "us-east-1",
      accessKeyId,
      secretAccessKey,
      usesPathStyle: true,
    };
    const credentials = { accessKeyId, secretAccessKey };
    const client = new S3Client({ endpoint, region: bucket.region, forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket: bucket.bucket }));
    return { settings: bucket, client, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
