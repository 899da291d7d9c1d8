// Node under the libc of the next Debian release. Three packages are fetched with apt from the
// system's own mirror into a folder of ours, checked by the system's own keyring, and unpacked.
// Nothing is installed, nothing outside the folder is written.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../.runtime/newer-libc", import.meta.url));
const SUITE = "trixie";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const PACKAGES = ["libc6", "libstdc++6", "libgcc-s1"];
const MACHINES = {
  x64: { folder: "x86_64-linux-gnu", loader: "ld-linux-x86-64.so.2" },
  arm64: { folder: "aarch64-linux-gnu", loader: "ld-linux-aarch64.so.1" },
};

/** @param {(text: string) => void} say */
export function prepareNewerLibc(say) {
  const machine = MACHINES[process.arch];
  if (machine === undefined) throw new Error(`no newer libc is known for ${process.arch}`);
  const marker = join(ROOT, "complete");
  // The marker comes last, so that an interrupted set-up starts again.
  if (!existsSync(marker)) {
    const mirror = systemMirror();
    say(`fetching ${PACKAGES.join(", ")} of ${SUITE} from the system's mirror (once)`);
    rmSync(ROOT, { recursive: true, force: true });
    unpack(mirror);
    writeFileSync(marker, "");
  }
  const node = join(ROOT, "node");
  writeWrapper(node, machine);
  return { name: "newer-libc", node, env: { FUZZ_NODE: node } };
}

function unpack(mirror) {
  for (const folder of ["lists/partial", "archives/partial", "debs", "root"])
    mkdirSync(join(ROOT, folder), { recursive: true });
  writeFileSync(join(ROOT, "status"), "");
  writeFileSync(join(ROOT, "sources.list"), `deb [signed-by=${KEYRING}] ${mirror} ${SUITE} main\n`);
  const options = Object.entries({
    "Dir::Etc::SourceList": join(ROOT, "sources.list"),
    "Dir::Etc::SourceParts": "-",
    "Dir::State::Lists": join(ROOT, "lists"),
    "Dir::State::status": join(ROOT, "status"),
    "Dir::Cache": ROOT,
    "APT::Sandbox::User": process.getuid?.() === 0 ? "root" : "",
    "Acquire::Retries": "2",
    "Acquire::Languages": "none",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  run("apt-get", ["-qq", ...options, "update"], ROOT);
  run("apt-get", ["-qq", ...options, "download", ...PACKAGES], join(ROOT, "debs"));
  const debs = readdirSync(join(ROOT, "debs")).filter((name) => name.endsWith(".deb"));
  if (debs.length !== PACKAGES.length) throw new Error("apt-get left fewer packages than asked");
  for (const deb of debs)
    run("dpkg-deb", ["-x", join(ROOT, "debs", deb), join(ROOT, "root")], ROOT);
  for (const folder of ["lists", "archives", "debs"])
    rmSync(join(ROOT, folder), { recursive: true, force: true });
}

/** node through the unpacked loader; forks of the engine must start the wrapper, not the loader. */
function writeWrapper(node, machine) {
  const libraries = ["usr/lib", "lib"]
    .map((folder) => join(ROOT, "root", folder, machine.folder))
    .find((folder) => existsSync(join(folder, machine.loader)));
  if (libraries === undefined) throw new Error("the unpacked libc has no loader");
  const preload = join(ROOT, "argv0.cjs");
  writeFileSync(preload, "process.argv[0] = process.execPath = process.env.FUZZ_NODE;\n");
  const path = `${libraries}:/usr/lib/${machine.folder}`;
  writeFileSync(
    node,
    [
      "#!/bin/sh",
      `exec ${quoted(join(libraries, machine.loader))} --library-path ${quoted(path)} \\`,
      `  ${quoted(process.execPath)} -r ${quoted(preload)} "$@"`,
      "",
    ].join("\n"),
  );
  chmodSync(node, 0o755);
}

/** The first address that the system itself fetches Debian packages from. */
export function systemMirror(folder = "/etc/apt") {
  const deb822 = join(folder, "sources.list.d/debian.sources");
  if (existsSync(deb822)) {
    const found = /^URIs:\s*(\S+)/m.exec(readFileSync(deb822, "utf8"));
    if (found !== null) return found[1];
  }
  const list = join(folder, "sources.list");
  if (existsSync(list)) {
    const found = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/m.exec(readFileSync(list, "utf8"));
    if (found !== null) return found[1];
  }
  throw new Error("the system names no Debian mirror");
}

function run(command, args, cwd) {
  try {
    execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    const said = String(error.stderr ?? "")
      .split("\n")
      .find((line) => line.startsWith("E:"));
    throw new Error(`${command}: ${said ?? error.code ?? "failed"}`, { cause: error });
  }
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
