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

export async function openSession(address: LunAddress, access?: "readOnly"): Promise<Session> {
  requireTools(initiatorTools);
  // qemu knows no mutual CHAP, so libiscsi's own program lets the target prove itself just before.
  if (address.mutualChap) await inquire(address);
  const readOnly = access === "readOnly" ? ["-r"] : [];
  const child = spawn("qemu-io", [...readOnly, ...qemuSecret(address), qemuFile(address)], {
    env: { ...process.env, PATH: toolPath },
  });
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
      await closed;
    },
  };
}

type Ask = (command?: string, verb?: string, length?: number) => Promise<string>;

/** Sends a command and returns what qemu-io says up to its next prompt; without a command: waits for the first prompt. */
function conversation(child: ChildProcessWithoutNullStreams): Ask {
  const prompt = "qemu-io> ";
  let said = "";
  let complaints = "";
  child.stdout.setEncoding("latin1").on("data", (text: string) => {
    said += text;
  });
  child.stderr.setEncoding("latin1").on("data", (text: string) => {
    complaints += text;
  });
  child.stdin.on("error", () => {}); // it died; "close" tells
  const untilPrompt = async (): Promise<string> => {
    while (!said.endsWith(prompt)) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(complaints.trim() || "qemu-io ended");
      await Promise.race([once(child.stdout, "data"), once(child, "close")]);
    }
    return said.slice(0, -prompt.length);
  };
  return async (command, verb, length) => {
    if (command !== undefined) {
      said = "";
      complaints = "";
      child.stdin.write(`${command}\n`);
    }
    const answer = await untilPrompt();
    if (verb !== undefined && !answer.includes(`${verb} ${length}/${length} bytes`)) {
      throw new Error(`${answer.trim()} ${complaints.trim()}`.trim());
    }
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
