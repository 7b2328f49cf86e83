/** What the simulated VSS is made of. Windows looks for vssapi.dll, and the provider for its core, in the program's own folder. */
import { mkdir, rm, symlink } from "node:fs/promises";
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

const coreRelay: WindowsProgram = {
  file: join(folder, "relayed/qnap-snapshot-core.exe"),
  sources: [`${native}/relay`],
  libraries: ["ws2_32"],
};

export const requestorProgram = join(folder, "qnap-vss-requestor.exe");
/** The same DLL twice: beside the packaged core, and beside one that is a connection to the test. */
export const packagedProvider = vssProvider.file;
export const relayedProvider = join(dirname(coreRelay.file), "qnap-vss-provider.dll");

export async function makeVssSim(): Promise<void> {
  await prepareWine();
  for (const program of [vssapi, coreRelay, vssProvider, vssRequestor]) await makeProgram(program);
  await link(vssRequestor.file, requestorProgram);
  await link(vssProvider.file, relayedProvider);
}

async function link(file: string, name: string): Promise<void> {
  await mkdir(dirname(name), { recursive: true });
  await rm(name, { force: true });
  await symlink(file, name);
}
