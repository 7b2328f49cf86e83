import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { localFolder } from "./disks/accessPaths.ts";
import type { Host } from "./host.ts";

/** A program on this Windows: a real process that holds a real file. */
export interface WindowsProcess {
  name: string;
  executablePath: string;
  child: ChildProcess;
}

export interface NewProcess {
  name: string;
  /** `F:\app\app.exe` */
  executablePath: string;
  /** Files that it holds, to be written: `F:\app\data.db` */
  files: string[];
}

export interface Service {
  name: string;
  displayName: string;
  executablePath: string;
  files: string[];
  dependsOn: string[];
  process: WindowsProcess | undefined;
}

const hold = 'for file; do exec {handle}>>"$file" || exit 1; done; echo; exec sleep infinity';

/** Comes back when it has its files open. */
export async function startProcess(host: Host, { name, executablePath, files }: NewProcess): Promise<WindowsProcess> {
  const places = files.map((file) => localFolder(host, file));
  // Dies with us, however we die.
  const command = ["--pdeathsig", "KILL", "bash", "-c", hold, name, ...places];
  const child = spawn("setpriv", command, { stdio: ["ignore", "pipe", "ignore"] });
  const opened = once(child.stdout, "data");
  const died = once(child, "exit").then(() => Promise.reject(new Error(`${name} cannot open ${files.join(", ")}`)));
  await Promise.race([opened, died]);
  died.catch(() => {});
  const process = { name, executablePath, child };
  host.processes.push(process);
  child.once("exit", () => host.processes.splice(host.processes.indexOf(process), 1));
  return process;
}

export async function endProcess({ child }: WindowsProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

export async function startService(host: Host, service: Service): Promise<void> {
  if (service.process) return;
  for (const name of service.dependsOn) {
    const needed = host.services.find((other) => other.name === name);
    if (needed) await startService(host, needed);
  }
  const { name, executablePath, files } = service;
  if (files.some((file) => !existsSync(localFolder(host, file.replace(/\\[^\\]*$/, "\\")))))
    throw new Error(`service ${name}: a folder is missing`);
  service.process = await startProcess(host, { name: `${name}.exe`, executablePath, files });
  host.effects.add("service.started", name);
}

export async function stopService(host: Host, service: Service): Promise<void> {
  if (!service.process) return;
  await endProcess(service.process);
  service.process = undefined;
  host.effects.add("service.stopped", service.name);
}

export const dependants = (host: Host, { name }: Service): Service[] =>
  host.services.filter(({ dependsOn }) => dependsOn.includes(name));
