import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ModuleSession, startSession } from "./session.ts";

export interface ServerSession extends ModuleSession {
  /** Where the server keeps its files: `ProgramFiles`, `CommonApplicationData`, `LocalApplicationData`, and `module`. */
  root: string;
  /** A Windows Server without a provider, as `windowsServer.ps1` makes it. */
  fresh(): Promise<void>;
  /** What was changed on Windows since, and forgets it. */
  calls(): Promise<string[]>;
}

const script = join(import.meta.dirname, "windowsServer.ps1");

/** A session on a machine that takes itself for a Windows Server. */
export async function startServerSession(): Promise<ServerSession> {
  const root = mkdtempSync(join(tmpdir(), "qnap-server-"));
  const session = await startSession({ connect: false });
  const fresh = async () => {
    rmSync(root, { recursive: true, force: true });
    await session.get(`. '${script}' -Root '${root}'`);
  };
  const calls = () => session.get<string>("@($Windows.Calls); $Windows.Calls.Clear()");
  const stop = async () => {
    await session.stop();
    rmSync(root, { recursive: true, force: true });
  };
  await fresh();
  return { ...session, root, fresh, calls, stop };
}
