import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { program } from "./program.ts";
import type { SimulatedNas } from "./sim/nas/start.ts";

const main = program("core.cjs", join(import.meta.dirname, "../ts-core/main.ts"));

export interface CoreError {
  code: string;
  message: string;
  category: string;
  retryable: boolean;
  details: Record<string, unknown>;
}

export class CoreFailure extends Error {
  readonly data: CoreError;

  constructor(message: string, data: CoreError) {
    super(`${data.code}: ${message}`);
    this.data = data;
  }
}

type Row = Record<string, unknown>;
interface Waiting {
  rows: Row[];
  settle(message: Row): void;
}

/** A core in a process of its own, spoken to over its standard input and output as the module does. */
export class CoreProcess {
  readonly child: ChildProcess;
  readonly home: string;
  readonly logs: string[] = [];
  readonly progress: Row[] = [];
  readonly strays: Row[] = [];
  readonly exited: Promise<number | null>;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  lastId = 0;

  constructor(
    home: string = makeHome(),
    command: string[] = [process.execPath, main, "stdio"],
    environment: Record<string, string> = {},
  ) {
    this.home = home;
    const [file, ...args] = command as [string, ...string[]];
    this.child = spawn(file, args, {
      env: { ...process.env, ...environment, QNAP_SNAPSHOT_HOME: home },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.child.stdin?.on("error", () => undefined);
    this.exited = new Promise((resolve) => this.child.once("exit", resolve));
    if (this.child.stdout) createInterface(this.child.stdout).on("line", (line) => this.#read(JSON.parse(line) as Row));
    void this.exited.then(() => {
      for (const { settle } of this.#waiting.values())
        settle({ error: { message: "the core ended", data: { code: "CoreEnded" } } });
    });
  }

  static async start(home?: string, environment?: Record<string, string>): Promise<CoreProcess> {
    const core = new CoreProcess(home, undefined, environment);
    await core.call("initialize", { protocolVersion: 1, moduleVersion: "0.1.0", culture: "en-US" });
    return core;
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  /** The result of a request; throws CoreFailure for an error answer. */
  async call<T = Row>(method: string, params: object = {}): Promise<T> {
    return (await this.#request(method, params)).result as T;
  }

  /** The rows of a list. */
  async rows<T = Row>(method: string, params: object = {}): Promise<T[]> {
    return (await this.#request(method, params)).rows as T[];
  }

  async code(method: string, params: object = {}): Promise<string> {
    try {
      await this.call(method, params);
      return "no error";
    } catch (error) {
      if (error instanceof CoreFailure) return error.data.code;
      throw error;
    }
  }

  connect(nas: SimulatedNas, more: object = {}): Promise<Row> {
    const { hostname, port } = new URL(nas.https);
    const login = { userName: nas.user, password: nas.password, certificateFingerprint: nas.fingerprint };
    return this.call("connectNas", { name: hostname, port: Number(port), ...login, ...more });
  }

  /** Ends the input and waits for the core to go. */
  async stop(): Promise<number | null> {
    this.child.stdin?.end();
    return this.exited;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }

  #request(method: string, params: object): Promise<{ result: unknown; rows: Row[] }> {
    const id = this.#nextId++;
    this.lastId = id;
    return new Promise((resolve, reject) => {
      const rows: Row[] = [];
      const settle = (message: Row) => {
        this.#waiting.delete(id);
        const error = message.error as { message: string; data: CoreError } | undefined;
        if (error) reject(new CoreFailure(error.message, error.data));
        else resolve({ result: message.result, rows });
      };
      this.#waiting.set(id, { rows, settle });
      this.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    });
  }

  #read(message: Row): void {
    const params = message.params as { id: number; rows?: Row[]; message?: string } | undefined;
    const waiting = this.#waiting.get((message.id ?? params?.id) as number);
    if (message.method === "$/rows") waiting?.rows.push(...(params?.rows ?? []));
    else if (message.method === "$/log") this.logs.push(params?.message ?? "");
    else if (message.method === "$/progress") this.progress.push(params ?? {});
    else if (waiting) waiting.settle(message);
    else this.strays.push(message);
  }
}

const homes: string[] = [];
process.once("exit", () => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

/** A state folder of its own, removed when the test process ends. */
export function makeHome(): string {
  const home = mkdtempSync(join(tmpdir(), "qnap-home-"));
  homes.push(home);
  return home;
}

/** `run <operation>`, as a start-up task or a script does it. */
export async function runCore(
  home: string,
  operation: string,
  environment: Record<string, string> = {},
): Promise<{ exitCode: number | null; lines: Row[] }> {
  const env = { ...process.env, ...environment, QNAP_SNAPSHOT_HOME: home };
  const child = spawn(process.execPath, [main, "run", operation], { env, stdio: ["ignore", "pipe", "inherit"] });
  const lines: Row[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line) as Row));
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, lines };
}
