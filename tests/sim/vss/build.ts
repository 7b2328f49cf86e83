/** What the simulated VSS is made of. Windows looks for vssapi.dll, and the provider for its core, in the program's own folder. */
import { mkdir, rename, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeProgram, type WindowsProgram } from "../../../build/mingw.ts";
import { vssLuns, vssProvider, vssRequestor, vssShared } from "../../../build/native.ts";
import { root } from "../../../build/repo.ts";
import { prepareWine } from "../../wine/wine.ts";

const folder = join(root, ".cache/wine/vss");
const native = "tests/sim/vss/native";
const shared = ["channel", "disk", "provider", "shadowCopySet", "toldSurroundings"];

const vssapi: WindowsProgram = {
  file: join(folder, "vssapi.dll"),
  sources: [...vssShared, ...vssLuns, ...shared.map((name) => `${native}/${name}.cpp`), `${native}/vssapi`],
  libraries: ["ole32", "oleaut32", "uuid", "ws2_32"],
  flags: ["-shared"],
};

const coordinator: WindowsProgram = {
  file: join(folder, "qvss-coordinator.exe"),
  sources: [...vssShared, ...vssLuns, native],
  libraries: ["ole32", "uuid", "ws2_32"],
};

const coreRelay: WindowsProgram = {
  file: join(folder, "relayed/qnap-snapshot-core.exe"),
  sources: [`${native}/relay`],
  libraries: ["ws2_32"],
};

export const coordinatorProgram = coordinator.file;
export const requestorProgram = join(folder, "qnap-vss-requestor.exe");
/** The same DLL twice: beside the packaged core, and beside one that is a connection to the test. */
export const packagedProvider = vssProvider.file;
export const relayedProvider = join(dirname(coreRelay.file), "qnap-vss-provider.dll");

export async function makeVssSim(): Promise<void> {
  await prepareWine();
  for (const program of [vssapi, coordinator, coreRelay, vssProvider, vssRequestor]) await makeProgram(program);
  await link(vssRequestor.file, requestorProgram);
  await link(vssProvider.file, relayedProvider);
}

/** In one step: another test may be starting from it. */
async function link(file: string, name: string): Promise<void> {
  const fresh = `${name}.${process.pid}`;
  await mkdir(dirname(name), { recursive: true });
  await symlink(file, fresh);
  await rename(fresh, name);
}

if (import.meta.main) await makeVssSim();
