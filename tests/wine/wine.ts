/** Windows programs under Wine, on a prefix of our own; the core behind the stdio bridge (see bridge.c). */
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "../..");
export const prefix = join(root, ".cache/wine/prefix");
const bridge = join(root, ".cache/wine/bridge.exe");
export const windowsCore = join(root, "module/bin/win-x64/qnap-snapshot-core.exe");
const run = promisify(execFile);

export interface Message {
  jsonrpc: "2.0";
  id?: number | string | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data: { code: string; details: Record<string, unknown> } };
}

/** A path of this machine as a Windows program names it. */
export function windowsPath(path: string): string {
  return `Z:${resolve(path).replaceAll("/", "\\")}`;
}

/** Makes what is missing of prefix and bridge; a tool that is missing is an error that says how to install it. */
export async function prepareWine(): Promise<void> {
  await need("wine", "apt-get install --no-install-recommends wine wine64");
  await need("x86_64-w64-mingw32-gcc", "apt-get install --no-install-recommends gcc-mingw-w64-x86-64");
  if (!existsSync(windowsCore)) throw new Error(`${windowsCore} is missing: npm run package`);
  await run("bash", [join(root, "tests/wine/build.sh")], { env: wineEnvironment() });
}

async function need(tool: string, install: string): Promise<void> {
  await run("which", [tool]).catch(() => {
    throw new Error(`${tool} is missing: ${install}`);
  });
}

export function wineEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  // DISPLAY: Wine would open windows. NODE_EXTRA_CA_CERTS: a path of this machine, of which the Windows Node would complain.
  const { DISPLAY: _display, NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
  return { ...inherited, WINEPREFIX: prefix, WINEDEBUG: "-all", ...extra };
}

/** Runs a program to its end: bytes in, bytes out. No bridge: it stands in only for what Node needs. */
export function runWindowsProgram(program: string, args: readonly string[], input: Buffer, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), "qnap-wine-"));
  // Files, no pipes: Wine's services would inherit those, and the end of a pipe is when the last of them is gone.
  const files = ["input", "output", "errors"].map((name) => join(folder, name));
  writeFileSync(join(folder, "input"), input);
  const stdio = files.map((file) => openSync(file, file.endsWith("input") ? "r" : "w"));
  const { status } = spawnSync("wine", [windowsPath(program), ...args], { env: wineEnvironment(env), stdio });
  for (const descriptor of stdio) closeSync(descriptor);
  const [output, errors] = [readFileSync(join(folder, "output")), readFileSync(join(folder, "errors"), "utf8")];
  rmSync(folder, { recursive: true });
  return { exitCode: status, output, errors };
}

/** A started core: sends lines, reads the lines that come back, one after the other. */
export class WindowsCore {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exit: Promise<number | null>;
  #lastId = 0;
  #standardError = "";

  constructor(core: string, args: readonly string[], env: Record<string, string>) {
    const child = spawn("wine", [bridge, windowsPath(core), ...args], {
      env: wineEnvironment(env),
      stdio: "pipe",
    });
    child.stderr.on("data", (text) => {
      this.#standardError += text;
    });
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    // Not "close": Wine's services inherit the pipes and outlive the core by seconds.
    this.#exit = once(child, "exit").then(([exitCode]) => exitCode);
    this.#process = child;
  }

  sendLine(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  async receive<T = Message>(): Promise<T> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`The core has ended (exit code ${await this.#exit}). ${this.#standardError}`);
    return JSON.parse(value);
  }

  /** Sends a request and waits for its answer; notifications before it are passed over. */
  async request(method: string, params: unknown): Promise<Message> {
    const id = ++this.#lastId;
    this.sendLine(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    for (;;) {
      const message = await this.receive();
      if (message.id === id) return message;
    }
  }

  /** Closes the core's input, which ends it: killing the Unix process would leave the Windows one alive. */
  async end(): Promise<number | null> {
    this.#process.stdin?.end();
    return this.#exit;
  }
}

export async function startWindowsCore(
  args: readonly string[] = ["stdio"],
  env: Record<string, string> = {},
  core = windowsCore,
): Promise<WindowsCore> {
  await prepareWine();
  return new WindowsCore(core, args, env);
}
