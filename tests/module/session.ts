import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PowerShell } from "node-powershell";
import { pwshPath } from "../pwsh.ts";
import { type NasOptions, type SimulatedNas, startNas } from "../sim/nas/start.ts";
import { type SimulatedVcenter, startVcenter, type VcenterOptions } from "../sim/vcenter/start.ts";
import { startWindowsSim } from "../sim/windows/start.ts";

export const manifest = join(import.meta.dirname, "../../module/QnapSnapshot.psd1");

export interface Failure {
  /** FullyQualifiedErrorId */
  id: string;
  message: string;
  category: string;
  target: string;
}

/** An object of the module as JSON shows it. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows which properties it reads, and checks them
export type Properties = Record<string, any>;

/** Everything that a script gave, by stream. */
export interface Outcome<T = Properties> {
  output: T[];
  errors: Failure[];
  warnings: string[];
  verbose: string[];
  /** What went to the screen, as -WhatIf does. */
  screen: string;
}

/** One PowerShell that has the module loaded, and a simulated NAS of its own. */
export interface ModuleSession {
  nas: SimulatedNas;
  /** Where one was wanted: a vCenter whose datastores lie on the LUNs of the NAS. */
  vcenter: SimulatedVcenter | undefined;
  /** The session's state folder (QNAP_SNAPSHOT_HOME). */
  home: string;
  /** Name under which the NAS is connected. */
  name: string;
  /** What stands behind `Connect-QnapNas`, or `Set-QnapNas`, to reach the simulator. */
  login: string;
  run<T = Properties>(script: string): Promise<Outcome<T>>;
  /** The output of a script that must not fail. */
  get<T = Properties>(script: string): Promise<T[]>;
  stop(): Promise<void>;
}

/** What a NAS takes seconds for takes the simulator no time here: waiting is tested in the core. */
const quick = {
  createSnapshotMs: 20,
  deleteSnapshotMs: 20,
  cloneMs: 50,
  recoverMs: 50,
  naaDelayMs: 0,
  createLunMs: 0,
  removeLunMs: 20,
};
const runner = join(import.meta.dirname, "Invoke-Script.ps1");

type SessionOptions = NasOptions & {
  connect?: boolean;
  vcenter?: VcenterOptions;
  /** Name of the LUN that a Windows Server, on which the session then runs, has as F:. */
  windows?: string;
};

export async function startSession(options: SessionOptions = {}): Promise<ModuleSession> {
  const home = mkdtempSync(join(tmpdir(), "qnap-module-"));
  const nas = await startNas({ luns: "sqldata:1,sqllog:1", ...options, quirks: { ...quick, ...options.quirks } });
  const vcenter = options.vcenter && (await startVcenter({ nas: nas.control, ...options.vcenter }));
  const windows = options.windows === undefined ? undefined : await windowsWith(nas, options.windows);
  const shell = new PowerShell({
    executable: pwshPath(),
    executableOptions: { "-NoProfile": true, "-NonInteractive": true },
    spawnOptions: {
      env: {
        ...process.env,
        ...(windows && { QNAP_SNAPSHOT_POWERSHELL: windows.powershell }),
        QNAP_SNAPSHOT_HOME: home,
      },
    },
  });
  const name = new URL(nas.https).hostname;
  const login = `${address(nas)} -CertificateFingerprint ${nas.fingerprint} -Credential ${credential(nas)}`;
  const run = <T>(script: string) => invoke<T>(shell, script);
  const get = <T>(script: string) => outputOf<T>(run(script));
  const stop = async () => {
    await shell.invoke("Remove-Module QnapSnapshot");
    await shell.dispose();
    await windows?.stop();
    await vcenter?.stop();
    await nas.stop();
    rmSync(home, { recursive: true, force: true });
  };
  await shell.invoke(`. '${runner}'; Import-Module '${manifest}'`);
  if (options.connect !== false) await get(`Connect-QnapNas ${login}`);
  return { nas, vcenter, home, name, login, run, get, stop };
}

/** A simulated Windows Server that has the LUN as F:. */
async function windowsWith(nas: SimulatedNas, name: string) {
  const { luns, targets } = await nas.state();
  const lun = luns.find((one) => one.name === name);
  const iqns = targets.filter(({ targetIndex }) => lun?.targets.some((one) => one.targetIndex === targetIndex));
  const windows = await startWindowsSim({ nas, targets: iqns.map(({ iqn }) => iqn) });
  await windows.prepareDisk({ naa: String(lun?.naa).toUpperCase(), paths: ["F:\\"] });
  return windows;
}

export type VmwareSession = ModuleSession & { vcenter: SimulatedVcenter };

/** Beside two plain LUNs one with the VMware datastore ds-prod, whose vCenter is stored. */
export async function startVmwareSession(options: VcenterOptions = {}): Promise<VmwareSession> {
  const datastores = { "ds-prod": "ds-prod" };
  const session = await startSession({
    luns: "sqldata:1,sqllog:1,ds-prod:1",
    vcenter: { vms: 4, hosts: 2, datastores, ...options },
  });
  const vcenter = session.vcenter as SimulatedVcenter;
  await session.get(`Set-QnapVMwareSetting ${vmwareLogin(vcenter)}`);
  return { ...session, vcenter };
}

/** PowerShell text for the simulator's -Name and -Port. */
export function address(nas: SimulatedNas): string {
  const { hostname, port } = new URL(nas.https);
  return `${hostname} -Port ${port}`;
}

/** PowerShell text for a simulator's -Credential. */
export function credential({ user, password: own }: { user: string; password: string }, password = own): string {
  return `(New-Object pscredential '${user}', (ConvertTo-SecureString '${password}' -AsPlainText -Force))`;
}

/** What stands behind `Set-QnapVMwareSetting` to reach the vCenter simulator. */
export function vmwareLogin(vcenter: SimulatedVcenter, password = vcenter.password): string {
  const { hostname, port } = new URL(vcenter.url);
  const pinned = `-CertificateThumbprint ${vcenter.thumbprint}`;
  return `${hostname} -Port ${port} ${pinned} -Credential ${credential(vcenter, password)}`;
}

async function invoke<T>(shell: PowerShell, script: string): Promise<Outcome<T>> {
  const { raw } = await shell.invoke(`Invoke-Script ${Buffer.from(script).toString("base64")}`);
  const mark = raw.lastIndexOf("=====");
  return { ...(JSON.parse(raw.slice(mark + 5)) as Outcome<T>), screen: raw.slice(0, mark) };
}

async function outputOf<T>(running: Promise<Outcome<T>>): Promise<T[]> {
  const { output, errors } = await running;
  if (errors.length > 0) throw new Error(errors.map(({ id, message }) => `${id}: ${message}`).join("\n"));
  return output;
}

/** The process id of the core behind a session. */
export async function corePid(session: ModuleSession): Promise<number> {
  const [pid] = await session.get<number>("& (Get-Module QnapSnapshot) { $script:Core.Process.Id }");
  return pid as number;
}

export interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A PowerShell of its own, in which somebody answers the questions: each answer one line. */
export function converse({ home }: Pick<ModuleSession, "home">, script: string, ...answers: string[]): Promise<Ending> {
  return powershell(home, `Import-Module '${manifest}'; ${script}`, answers).ended;
}

/** A PowerShell of its own, that can also be stopped. */
export function powershell(home: string, script: string, answers: string[] = []) {
  const env = { ...process.env, QNAP_SNAPSHOT_HOME: home };
  const child = spawn(pwshPath(), ["-NoProfile", "-Command", script], { env });
  child.stdin.end(answers.map((answer) => `${answer}\n`).join(""));
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { child, ended: ended.then(([stdout, stderr, [code]]): Ending => ({ code, stdout, stderr })) };
}
