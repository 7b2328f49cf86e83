import { readdirSync, readFileSync } from "node:fs";

/** Windows programs that run under Wine are processes of this machine too; `about` stands in the environment of those meant. */
export function pidsOf(program: string, about: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const meant = pids.filter((pid) => {
    const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "latin1");
    try {
      return read("cmdline").includes(program) && read("environ").includes(about);
    } catch {
      return false; // ended meanwhile
    }
  });
  return meant.map(Number);
}
