import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { VssLun } from "../../../ts-core/vss/wire.ts";
import { mainFile } from "../rawCore.ts";

export interface Answer {
  id: number;
  hr: number;
  supported?: boolean;
  targets?: VssLun[];
  lun?: VssLun;
  message?: string;
  /** How long it took to come. */
  tookMs: number;
}

export const ok = 0;
export const veto = 0x80042306;
export const badState = 0x80042301;

/** VSS_CTX_APP_ROLLBACK with TRANSPORTABLE and NO_AUTORECOVERY: the snapshot on the NAS is all that is wanted. */
export const transportable = 0x9 | 0x20 | 0x2;
/** VSS_CTX_BACKUP: the shadow copy is shown to this host. */
export const autoImport = 0;

export const newGuid = () => `{${randomUUID().toUpperCase()}}`;

/** The provider DLL's side: callbacks out, answers in. */
export class Conversation {
  readonly child: ChildProcess;
  readonly answers: Answer[] = [];
  readonly exited: Promise<number | null>;
  readonly #waiting = new Map<number, (answer: Omit<Answer, "tookMs">) => void>();
  #nextId = 1;

  constructor(home: string, command: string[] = [process.execPath, mainFile, "vss-provider"]) {
    const [file, ...args] = command as [string, ...string[]];
    const env = { ...process.env, QNAP_SNAPSHOT_HOME: home };
    this.child = spawn(file, args, { env, stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdin?.on("error", () => undefined);
    this.exited = new Promise((resolve) => this.child.once("exit", resolve));
    if (!this.child.stdout) throw new Error("the provider has no standard output");
    createInterface(this.child.stdout).on("line", (line) => {
      const answer = JSON.parse(line) as Answer;
      this.#waiting.get(answer.id)?.(answer);
    });
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  /** Never answered when the process dies first. */
  call(method: string, fields: object = {}): Promise<Answer> {
    const id = this.#nextId++;
    const startMs = performance.now();
    return new Promise((resolve) => {
      this.#waiting.set(id, (told) => {
        const answer = { ...told, tookMs: performance.now() - startMs };
        this.answers.push(answer);
        resolve(answer);
      });
      this.write(`${JSON.stringify({ id, method, ...fields })}\n`);
    });
  }

  /** Ends the input and waits for the process to go. */
  async stop(): Promise<number | null> {
    this.child.stdin?.end();
    return this.exited;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }
}

/** A LUN as Windows tells of it. */
export function vssLun(naa: string, serial = "0000-0001"): VssLun {
  return {
    version: 1,
    deviceType: 0,
    busType: 9,
    vendor: "QNAP",
    product: "iSCSI Storage",
    revision: "4.0",
    serial,
    diskSignature: "{00000000-0000-0000-0000-000000000001}",
    ids: [
      { codeSet: 2, type: 1, association: 0, hex: Buffer.from(`QNAP    ${serial}`).toString("hex") },
      { codeSet: 1, type: 3, association: 0, hex: naa.toUpperCase() },
    ],
  };
}
