/** The modes of the core, and the only place that names adapters. */
import { OperationDispatcher } from "./rpc/dispatcher.ts";
import { Server } from "./rpc/server.ts";
import { coreVersion } from "./version.ts";

const usage = `qnap-snapshot-core ${coreVersion}
  stdio                 serve JSON-RPC 2.0 on standard input and output (what the PowerShell module starts)
  run <operation>       run one operation: parameters as JSON on standard input, result as JSON on standard output
  vss-provider          answer the callbacks of VSS, a JSON object a line (what the provider DLL starts)
  run recover           finish or undo what was interrupted (for a start-up task)
  --version
`;

async function main(args: readonly string[]): Promise<number> {
  const [mode, name] = args;
  if (mode === "stdio") return stdio();
  if (mode === "run" && name !== undefined) return (await import("./run.ts")).runOnce(name, dispatcher());
  if (mode === "vss-provider") return vssProvider();
  if (mode === "--version") return print(`${coreVersion}\n`, 0);
  return print(usage, mode === undefined || mode === "--help" ? 0 : 64);
}

async function stdio(): Promise<number> {
  const operations = dispatcher();
  const server = new Server(process.stdout, operations);
  endWithInput();
  await server.serve(process.stdin);
  await operations.close();
  // A reader that no longer reads, yet keeps its end open, must not keep us.
  setTimeout(() => process.exit(0), 5_000).unref();
  return 0;
}

async function vssProvider(): Promise<number> {
  const { serveProvider } = await import("./vss/serve.ts");
  endWithInput();
  await serveProvider(process.stdin, process.stdout);
  return 0;
}

/** A console's Ctrl-C reaches every process in it; the bridge sends a cancel where one is meant. */
function endWithInput(): void {
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.stdin.destroy());
}

function dispatcher(): OperationDispatcher {
  return new OperationDispatcher(async () => (await import("./machine.ts")).openMachine());
}

function print(text: string, exitCode: number): number {
  process.stdout.write(text);
  return exitCode;
}

void main(process.argv.slice(2)).then((exitCode) => process.stdout.write("", () => process.exit(exitCode)));
