/** What answers the provider's DLL in the place of the packaged core: a test's function, or a core on Linux. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** A callback as the DLL sends it (docs/protocol.md, "VSS provider"). */
export interface Callback {
  id: number;
  method: string;
  setId?: string;
  luns?: { vendor: string; serial: string; ids: { hex: string }[] }[];
  [member: string]: unknown;
}

/** What it answers, but for the id; a text goes as it is; undefined: nothing, ever. */
export type Script = (callback: Callback) => Said | Promise<Said>;
type Said = object | string | undefined;
export interface LinuxCore {
  command: [string, ...string[]];
  environment?: NodeJS.ProcessEnv;
}

export interface CoreServer {
  port: number;
  /** Kills what runs now, as a crash does; the DLL starts the next. */
  kill(): void;
  /** All cores on Linux have ended by themselves. */
  ended(): Promise<void>;
  stop(): void;
}

export async function serveCore(core: Script | LinuxCore): Promise<CoreServer> {
  const sockets = new Set<Socket>();
  const children = new Set<ChildProcess>();
  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true).on("error", () => undefined));
    socket.once("close", () => sockets.delete(socket));
    if (typeof core === "function") void answer(socket, core);
    else children.add(connect(socket, core));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const kill = () => {
    for (const child of children) child.kill("SIGKILL");
    for (const socket of sockets) socket.destroy();
  };
  const ended = async () => {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };
  const stop = () => {
    server.close();
    kill();
  };
  return { port: (server.address() as AddressInfo).port, kill, ended, stop };
}

async function answer(socket: Socket, script: Script): Promise<void> {
  for await (const line of createInterface({ input: socket })) {
    const callback = JSON.parse(line) as Callback;
    const said = await script(callback);
    if (typeof said === "string") socket.write(`${said}\n`);
    else if (said) socket.write(`${JSON.stringify({ id: callback.id, ...said })}\n`);
  }
  socket.end();
}

/** The end of the DLL's pipe is the end of the core's input; a connection that is cut kills it. */
function connect(socket: Socket, { command: [file, ...args], environment }: LinuxCore): ChildProcess {
  const child = spawn(file, args, { env: { ...process.env, ...environment }, stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => undefined);
  socket.pipe(child.stdin);
  child.stdout.pipe(socket);
  socket.once("close", (failed) => failed && child.kill("SIGKILL"));
  return child;
}

/** A provider that takes every LUN of a QNAP and makes nothing. */
export const willing: Script = ({ method, luns }) => {
  if (method === "AreLunsSupported") return { hr: 0, supported: luns?.every(({ vendor }) => vendor === "QNAP") };
  if (method === "GetTargetLuns") return { hr: 0, targets: luns?.map(shadowOf) };
  return { hr: 0 };
};

function shadowOf(lun: NonNullable<Callback["luns"]>[number]) {
  const ids = lun.ids.map((id) => ({ ...id, hex: id.hex.replace(/....$/, "ffff") }));
  return { ...lun, serial: `shadow-${lun.serial}`, ids };
}
