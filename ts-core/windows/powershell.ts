import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PowerShell } from "node-powershell";
import { QnapError, reasonOf } from "../errors.ts";
import { Unconfirmed } from "../net/unconfirmed.ts";

/** The storage modules alone may take half a minute to load on a busy server (assumed). */
const callMs = 120_000;

type Answer<T> = { value: T[] } | { failure: HostFailure };

interface HostFailure {
  id: string;
  hresult: number;
  message: string;
}

/**
 * The one PowerShell of this process, started at the first call: asks Windows by the functions of module/Host, one at a time.
 * They are called with JSON and answer with JSON, so that no text of a console has to be understood.
 */
export class HostSession {
  readonly #executable: string;
  readonly #functions: string;
  #shell: Promise<PowerShell> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** `functions`: the folder in which they lie. */
  constructor(executable: string, functions: string) {
    this.#executable = executable;
    this.#functions = functions;
  }

  /** What a function of module/Host that only looks has found. */
  async read<T>(name: string, parameters: object = {}): Promise<T[]> {
    try {
      return await this.act<T>(name, parameters);
    } catch (error) {
      if (!(error instanceof Unconfirmed)) throw error;
      throw new QnapError("PowerShellNoAnswer", { call: name, reason: error.message }, error);
    }
  }

  /** Has Windows do something. Its error is WindowsRefused; without an answer it is Unconfirmed: it may have been done. */
  async act<T>(name: string, parameters: object = {}, timeoutMs = callMs): Promise<T[]> {
    const encoded = Buffer.from(JSON.stringify(parameters)).toString("base64");
    const line = await this.#inTurn(() => this.#run(name, `Invoke-HostFunction ${name} ${encoded}`, timeoutMs));
    const answer = parse<T>(name, line);
    if ("value" in answer) return answer.value;
    const { id, hresult, message } = answer.failure;
    throw new QnapError("WindowsRefused", { call: name, id, hresult, reason: message });
  }

  async close(): Promise<void> {
    const shell = this.#shell;
    this.#shell = undefined;
    await (await shell?.catch(() => undefined))?.dispose("SIGKILL").catch(() => undefined);
  }

  /** A call has its time from when it is its turn: behind a long one it would else have this PowerShell ended, and the long one with it. */
  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(call);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #run(name: string, command: string, timeoutMs: number): Promise<string> {
    this.#shell ??= start(this.#executable, this.#functions);
    const shell = await this.#shell.catch((error: unknown) => {
      this.#shell = undefined;
      throw new QnapError("PowerShellNotStarted", { path: this.#executable, reason: reasonOf(error) }, error);
    });
    try {
      return await withinTime(shell.invoke(command), timeoutMs);
    } catch (error) {
      // It may still be at it, and what it says later must not be taken for the answer to another call.
      await this.close();
      throw new Unconfirmed(name, reasonOf(error));
    } finally {
      // The library remembers everything that was ever said.
      shell.history.length = 0;
    }
  }
}

async function start(executable: string, folder: string): Promise<PowerShell> {
  // What is run lies beside the core, and may still bear the mark of a download, which keeps SYSTEM from it at a recovery.
  const executableOptions = { "-NoProfile": true, "-NonInteractive": true, "-ExecutionPolicy": "Bypass" };
  const shell = new PowerShell({ executable, executableOptions });
  // Nobody waits for the end of a PowerShell that is killed between two calls; unheard, it would end this process too.
  const ended = (Reflect.get(shell, "exitPromise") as Promise<void>).then(
    () => undefined,
    (error: unknown) => error,
  );
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ps1")).map((name) => join(folder, name));
  const load = files.map((file) => `. '${file.replaceAll("'", "''")}'`).join("; ");
  await withinTime(shell.invoke(load), callMs).catch(async (error: unknown) => {
    await shell.dispose("SIGKILL").catch(() => undefined);
    throw (await ended) ?? error;
  });
  return shell;
}

async function withinTime(invocation: Promise<{ raw: string; stdout?: Buffer }>, timeoutMs: number): Promise<string> {
  const timer = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(
    () => Promise.reject(new Error(`no answer within ${timeoutMs / 1000} s`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    const { raw, stdout } = await Promise.race([invocation, late]);
    if (stdout === undefined) throw new Error("PowerShell ended");
    return raw;
  } finally {
    timer.abort();
  }
}

function parse<T>(name: string, line: string): Answer<T> {
  try {
    return JSON.parse(Buffer.from(line, "base64").toString("utf8")) as Answer<T>;
  } catch (error) {
    throw new Unconfirmed(name, `its answer could not be read: ${reasonOf(error)}`);
  }
}
