/** What the simulated VSS is made of, in one folder: Windows looks for vssapi.dll beside the program first. */
import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { makeProgram, type WindowsProgram } from "../../../build/mingw.ts";
import { vssLuns, vssRequestor, vssShared } from "../../../build/native.ts";
import { root } from "../../../build/repo.ts";
import { prepareWine } from "../../wine/wine.ts";

const folder = join(root, ".cache/wine/vss");
const native = "tests/sim/vss/native";
export const requestorProgram = join(folder, "qnap-vss-requestor.exe");

const shared = ["channel", "disk", "provider", "shadowCopySet", "toldSurroundings"];
const vssapi: WindowsProgram = {
  file: join(folder, "vssapi.dll"),
  sources: [...vssShared, ...vssLuns, ...shared.map((name) => `${native}/${name}.cpp`), `${native}/vssapi`],
  libraries: ["ole32", "oleaut32", "uuid", "ws2_32"],
  flags: ["-shared"],
};

export async function makeVssSim(): Promise<void> {
  await prepareWine();
  await mkdir(folder, { recursive: true });
  await Promise.all([makeProgram(vssapi), makeProgram(vssRequestor)]);
  await rm(requestorProgram, { force: true });
  await symlink(vssRequestor.file, requestorProgram);
}
