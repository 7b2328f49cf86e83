import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LunAddress, qemuFile, qemuSecret } from "./address.ts";
import { inquire } from "./inquiry.ts";
import { initiatorTools, requireTools, toolPath } from "./tools.ts";

/** A log-in that stays: the target sees a connected initiator until `close`. One command at a time. */
export interface Session {
  read(offset: number, length: number): Promise<Buffer>;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const logOutWithinMs = 1_000;

/** Logs in; I/O fails with what the target said. A session whose target is gone waits for it to come back. */
export async function openSession(address: LunAddress, access?: "readOnly"): Promise<Session> {
  requireTools(initiatorTools);
  // qemu knows no mutual CHAP, so libiscsi's own program lets the target prove itself just before.
  if (address.mutualChap) await inquire(address);
  const readOnly = access === "readOnly" ? ["-r"] : [];
  const command = ["qemu-io", ...readOnly, ...qemuSecret(address), qemuFile(address)];
  // Both outputs in one pipe, so that the reason of a failure comes before the prompt that ends it.
  const child = spawn("sh", ["-c", 'exec "$0" "$@" 2>&1', ...command], { env: { ...process.env, PATH: toolPath } });
  const ask = conversation(child);
  await ask();
  return {
    read: async (offset, length) => bytesOf(await ask(`read -v ${offset} ${length}`, "read", length)),
    write: (offset, bytes) =>
      withTemporaryFile(bytes, async (file) => {
        await ask(`write -s ${file} ${offset} ${bytes.length}`, "wrote", bytes.length);
      }),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, "close");
      child.stdin.end();
      // qemu tries for ever to get back to a target that threw it out.
      const stuck = setTimeout(() => child.kill("SIGKILL"), logOutWithinMs);
      await closed;
      clearTimeout(stuck);
    },
  };
}

type Ask = (command?: string, verb?: string, length?: number) => Promise<string>;

/** Sends a command and returns what qemu-io says up to its next prompt; without a command: waits for the first prompt. */
function conversation(child: ChildProcessWithoutNullStreams): Ask {
  const prompt = "qemu-io> ";
  let said = "";
  let ended = false;
  let wake = (): void => {};
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    said += text;
    wake();
  });
  child.once("close", () => {
    ended = true;
    wake();
  });
  child.stdin.on("error", () => {}); // it died, which "close" tells
  return async (command, verb, length) => {
    if (command !== undefined) {
      said = "";
      child.stdin.write(`${command}\n`);
    }
    while (!said.endsWith(prompt)) {
      if (ended) throw new Error(said.trim() || "the session is closed");
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const answer = said.slice(0, -prompt.length);
    if (verb !== undefined && !answer.includes(`${verb} ${length}/${length} bytes`)) throw new Error(answer.trim());
    return answer;
  };
}

/** `00000010:  07 07 …  ................` */
function bytesOf(dump: string): Buffer {
  const rows = [...dump.matchAll(/^[0-9a-f]{8,}: {2}((?:[0-9a-f]{2} ){1,16})/gm)];
  return Buffer.from(rows.map(([, hex = ""]) => hex.replaceAll(" ", "")).join(""), "hex");
}

async function withTemporaryFile(bytes: Uint8Array, work: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "initiator-"));
  try {
    await writeFile(join(folder, "bytes"), bytes);
    await work(join(folder, "bytes"));
  } finally {
    await rm(folder, { recursive: true });
  }
}
