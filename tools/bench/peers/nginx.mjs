// nginx as a proxy: one worker, kept-alive connections upstream, X-Forwarded-* on, no log.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../programs.mjs";
import { listening } from "./listening.mjs";

const START_MS = 5_000;

export async function start({ upstream }) {
  const folder = mkdtempSync(join(tmpdir(), "bench-nginx-"));
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  writeFileSync(config, configuration(folder, port, upstream));
  const program = findProgram("nginx") ?? "nginx";
  const child = spawn(program, ["-c", config, "-p", folder, "-e", join(folder, "error.log")], {
    stdio: "ignore",
  });
  process.on("exit", () => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  await reachable(port, child, folder);
  return { port, pid: child.pid, cpuMicros: () => cpuMicros(child.pid) };
}

/** No master process: one process that serves and ends with its parent. */
function configuration(folder, port, upstream) {
  return `daemon off;
master_process off;
worker_processes 1;
error_log ${folder}/error.log crit;
pid ${folder}/nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  tcp_nodelay on;
  upstream application { server 127.0.0.1:${upstream}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://application;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
    }
  }
}
`;
}

/** The time its threads ran, which the kernel counts in nanoseconds. */
function cpuMicros(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1_000;
}

async function freePort() {
  const server = createServer();
  const { port } = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function reachable(port, child, folder) {
  const until = performance.now() + START_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) break;
    if (await accepts(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  let log = "";
  try {
    log = readFileSync(join(folder, "error.log"), "utf8").trim();
  } catch {
    // It came not as far as its log.
  }
  throw new Error(`nginx did not start: ${log || "it says nothing"}`);
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
