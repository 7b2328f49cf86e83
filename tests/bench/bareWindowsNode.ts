/** The Node for Windows that the core is made of, with a few lines in the place of the core. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseBinary } from "../../build/baseBinaries.ts";
import { packagedProvider } from "../sim/vss/build.ts";

/** A line is answered with what it holds. */
const echo = `process.stdin.on("data", (line) => {
  const { id, method, luns } = JSON.parse(line);
  const targets = method === "GetTargetLuns" ? luns : undefined;
  process.stdout.write(JSON.stringify({ id, hr: 0, supported: true, targets }) + "\\n");
});`;

/** A line is answered with how many milliseconds a request took, on one connection. */
const request = `const https = require("node:https"), tls = require("node:tls");
const agent = new https.Agent({ keepAlive: true });
// As the core does it: no keep-alive option before the connect, which Wine 8 cannot do.
agent.createConnection = ({ host, port }) => tls.connect({ host, port, rejectUnauthorized: false });
process.stdin.on("data", () => {
  const startMs = performance.now();
  https.request(process.argv[2], { agent }, (response) => {
    response.resume().once("end", () => {
      process.stdout.write(JSON.stringify({ ms: performance.now() - startMs }) + "\\n");
    });
  }).end();
});`;

export interface BareWindowsNode {
  node: string;
  /** The provider's DLL, whose child is this Node: it runs "vss-provider", which Node looks for where it was started. */
  dll: string;
  folder: string;
  requestProgram: string;
  remove(): void;
}

/** Outside of the repository, whose package.json would make modules of the programs. */
export function makeBareWindowsNode(): BareWindowsNode {
  const folder = mkdtempSync(join(tmpdir(), "bare-node-"));
  const at = (name: string) => join(folder, name);
  symlinkSync(baseBinary("win"), at("qnap-snapshot-core.exe"));
  symlinkSync(packagedProvider, at("qnap-vss-provider.dll"));
  writeFileSync(at("vss-provider.js"), echo);
  writeFileSync(at("request.js"), request);
  return {
    node: at("qnap-snapshot-core.exe"),
    dll: at("qnap-vss-provider.dll"),
    folder,
    requestProgram: at("request.js"),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
