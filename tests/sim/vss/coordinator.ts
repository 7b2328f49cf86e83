/** Leads native/coordinator.cpp, which plays VSS towards the provider's DLL under Wine: a set, or any callback by itself. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";
import { windowsPath, wineEnvironment } from "../../wine/wine.ts";
import { coordinatorProgram } from "./build.ts";
import type { SimDisk } from "./machine.ts";

/** How a callback came back. */
export interface Returned {
  method: string;
  hr: number;
  ms: number;
}

export interface Done {
  hr: number;
  /** Every callback until then, and every moment that was reached, in order. */
  returned: Returned[];
  moments: string[];
  /** Of a set: where it ended, if it failed. */
  phase: string;
  setId: string;
  /** Of a single callback. */
  us: number;
  supported: boolean;
  luns: SimDisk[];
  targets: SimDisk[];
  references: number;
}

export interface Surroundings {
  volumes: Record<string, SimDisk[]>;
  /** The test's part in Freeze, Hold, Release, Thaw, Recover, MarkAttributes and UnmarkAttributes. */
  reach?(moment: string): Promise<void> | void;
  /** What appears once the provider has shown these LUNs; by default just those. */
  rescan?(shown: SimDisk[]): Promise<SimDisk[]> | SimDisk[];
}

export interface SetOptions {
  volumes: string[];
  context: number;
  /** The order of Microsoft's text; by default the one that providers report. */
  finalsFirst?: boolean;
}

/** VSS_VOLUME_SNAPSHOT_ATTRIBUTES. */
export const contexts = { backup: 0, transportable: 0x20 | 0x02, persistent: 0x01 };

/** `folder`: where it runs, and with it the core that its provider starts. */
export async function startCoordinator(
  surroundings: Surroundings,
  env: Record<string, string>,
  folder = process.cwd(),
): Promise<Coordinator> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const program = spawn("wine", [windowsPath(coordinatorProgram)], {
    env: wineEnvironment({ ...env, VSS_SIM_PORT: String(port) }),
    cwd: folder,
    stdio: "ignore",
  });
  const failed = once(program, "exit").then(([code]) => Promise.reject(new Error(`the coordinator ended: ${code}`)));
  const [socket] = (await Promise.race([once(server, "connection"), failed])) as [Socket];
  failed.catch(() => undefined); // later on it ends because it is told to
  return new Coordinator(surroundings, program, server, socket);
}

interface Line extends Done {
  event: "volume" | "moment" | "rescan" | "returned" | "done";
  name: string;
  moment: string;
  method: string;
  shown: SimDisk[];
}

export class Coordinator {
  surroundings: Surroundings;
  readonly #program: ChildProcess;
  readonly #server: Server;
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(surroundings: Surroundings, program: ChildProcess, server: Server, socket: Socket) {
    this.surroundings = surroundings;
    this.#program = program;
    this.#server = server;
    this.#socket = socket.setNoDelay(true).on("error", () => undefined);
    this.#reader = createInterface({ input: socket });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Into the coordinator's own process. */
  load = (dll: string): Promise<Done> => this.#command({ do: "load", dll: windowsPath(dll) });
  /** By COM, from the process that hosts it. */
  connect = (): Promise<Done> => this.#command({ do: "connect" });
  /** AreLunsSupported to PostFinalCommitSnapshots, or to AbortSnapshots. */
  set = (options: SetOptions): Promise<Done> => this.#command({ do: "set", ...options });
  /** The set's shadow copies are let go. */
  remove = (): Promise<Done> => this.#command({ do: "remove" });
  call = (method: string, args: object = {}): Promise<Done> => this.#command({ do: "call", method, ...args });
  release = (): Promise<Done> => this.#command({ do: "release" });

  /** As a host that dies: nothing is released. */
  async kill(): Promise<void> {
    const ended = once(this.#program, "exit");
    this.#socket.destroy();
    this.#server.close();
    await ended;
  }

  async #command(command: object): Promise<Done> {
    const told: Pick<Done, "returned" | "moments"> = { returned: [], moments: [] };
    this.#send(command);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error("The coordinator is gone.");
      const line = JSON.parse(value) as Line;
      if (line.event === "done") return { ...line, ...told };
      await this.#play(line, told);
    }
  }

  async #play(line: Line, told: Pick<Done, "returned" | "moments">): Promise<void> {
    const { volumes, reach, rescan = appearing } = this.surroundings;
    if (line.event === "returned") told.returned.push({ method: line.method, hr: line.hr, ms: line.us / 1000 });
    if (line.event === "volume") this.#send({ disks: volumes[line.name] ?? [] });
    if (line.event === "rescan") this.#send({ disks: await rescan(line.shown) });
    if (line.event !== "moment") return;
    told.moments.push(line.moment);
    await reach?.(line.moment);
    this.#send({});
  }

  #send(value: object): void {
    this.#socket.write(`${JSON.stringify(value)}\n`);
  }
}

const appearing = (shown: SimDisk[]) => shown.map((lun, at) => ({ ...lun, device: `\\\\.\\PhysicalDrive${at + 9}` }));
