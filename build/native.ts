/** The Windows programs that ship beside the core and are written in C and C++: no Node can do what they do. */
import { join } from "node:path";
import { makeProgram, type WindowsProgram } from "./mingw.ts";
import { root, version } from "./repo.ts";

const shipped = (name: string) => join(root, "module/bin/win-x64", name);
const vss = "ts-core/vss/native";
export const vssShared = [`${vss}/jsonReader.cpp`, `${vss}/jsonWriter.cpp`];
export const vssLuns = [`${vss}/lunReader.cpp`, `${vss}/lunWriter.cpp`];

export const dpapi: WindowsProgram = {
  file: shipped("qnap-snapshot-dpapi.exe"),
  sources: ["ts-core/state/native/dpapi.c"],
  libraries: ["crypt32"],
};

export const vssProvider: WindowsProgram = {
  file: shipped("qnap-vss-provider.dll"),
  sources: [...vssShared, ...vssLuns, `${vss}/provider`],
  libraries: ["ole32", "uuid", "advapi32"],
  resources: `${vss}/provider/provider.rc`,
  flags: ["-shared", `-DPRODUCT_VERSION=L"${version}"`],
};

export const vssRequestor: WindowsProgram = {
  file: shipped("qnap-vss-requestor.exe"),
  sources: [...vssShared, `${vss}/lunWriter.cpp`, `${vss}/requestor`],
  libraries: ["ole32", "oleaut32", "uuid", "vssapi"],
};

export const nativePrograms = [dpapi, vssProvider, vssRequestor];

export async function makeNative(): Promise<void> {
  for (const program of nativePrograms) await makeProgram(program);
}

if (import.meta.main) await makeNative();
