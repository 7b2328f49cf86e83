import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compileProgram, cpp, makeProgram } from "../../build/mingw.ts";
import { vssProvider, vssRequestor } from "../../build/native.ts";
import { objectOf } from "../../build/objects.ts";
import { root } from "../../build/repo.ts";

const folder = mkdtempSync(join(tmpdir(), "vss-programs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const headers = (file: string) => execFileSync("x86_64-w64-mingw32-objdump", ["-p", file], { encoding: "utf8" });
const imported = (file: string) =>
  [...headers(file).matchAll(/DLL Name: (\S+)/g)].map(([, name]) => name?.toUpperCase()).sort();

test("the provider imports from Windows alone, and exports what COM and its installation ask for", async () => {
  await makeProgram(vssProvider);
  expect(imported(vssProvider.file)).toEqual(["ADVAPI32.DLL", "KERNEL32.DLL", "MSVCRT.DLL", "OLE32.DLL"]);
  const exported = [...headers(vssProvider.file).matchAll(/^\s+\[ *\d+\] (\w+)$/gm)].map(([, name]) => name);
  const ofCom = ["DllCanUnloadNow", "DllGetClassObject", "DllRegisterServer", "DllUnregisterServer"];
  expect(exported).toEqual([...ofCom, "QVssRegister", "QVssUnregister"]);
});

test("the requestor imports from Windows alone", async () => {
  await makeProgram(vssRequestor);
  const ofWindows = ["KERNEL32.DLL", "MSVCRT.DLL", "OLE32.DLL", "OLEAUT32.DLL", "VSSAPI.DLL"];
  expect(imported(vssRequestor.file)).toEqual(expect.arrayContaining(ofWindows));
  expect([...ofWindows, "ADVAPI32.DLL", "USER32.DLL"]).toEqual(expect.arrayContaining(imported(vssRequestor.file)));
});

test.each([vssProvider, vssRequestor])(
  "the same source gives the same bytes: $file",
  async (program) => {
    const again = join(folder, "again");
    await compileProgram(program, again);
    expect(readFileSync(again).equals(readFileSync(program.file))).toBe(true);
  },
  300_000,
);

test("an object that is compiled afresh is the one that was kept", async () => {
  const source = join(root, "ts-core/vss/native/lunReader.cpp");
  const [kept, fresh] = [await objectOf(source, cpp), await objectOf(source, cpp, folder)];
  expect(readFileSync(fresh).equals(readFileSync(kept))).toBe(true);
});
