import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ProfileName, profiles } from "./profiles.ts";

export interface Options {
  profile: ProfileName;
  host: string;
  httpPort: number;
  httpsPort: number;
  controlPort: number;
  portals: string[];
  iscsi: boolean;
  mdns: boolean;
  name: string;
  user: string;
  password?: string;
  totpSecret?: string;
  luns: { name: string; sizeGiB: number }[];
  quirks: [string, string][];
  state: string;
  exitWithStdin: boolean;
}

const flags = {
  profile: { type: "string", default: "qts-5.2" },
  host: { type: "string", default: "127.0.0.1" },
  "http-port": { type: "string", default: "0" },
  "https-port": { type: "string", default: "0" },
  "control-port": { type: "string", default: "0" },
  "iscsi-port": { type: "string", default: "0" },
  portals: { type: "string", default: "127.0.0.1" },
  "no-iscsi": { type: "boolean", default: false },
  mdns: { type: "boolean", default: false },
  name: { type: "string", default: "nas01" },
  user: { type: "string", default: "admin" },
  password: { type: "string" },
  "totp-secret": { type: "string" },
  luns: { type: "string", default: "sqldata:1,vmstore:1" },
  quirk: { type: "string", multiple: true, default: [] as string[] },
  state: { type: "string" },
  "exit-with-stdin": { type: "boolean", default: false },
  "list-quirks": { type: "boolean", default: false },
  "quirk-table": { type: "boolean", default: false },
  "list-profiles": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

export type Command = Options | "listQuirks" | "quirkTable" | "listProfiles" | "help";

/** Throws with what is wrong about the command line. */
export function parseOptions(argv: string[]): Command {
  const { values } = parseArgs({ args: argv, options: flags });
  if (values.help) return "help";
  if (values["list-quirks"]) return "listQuirks";
  if (values["quirk-table"]) return "quirkTable";
  if (values["list-profiles"]) return "listProfiles";
  const iscsiPort = port("iscsi-port", values["iscsi-port"]);
  return {
    profile: profileName(values.profile),
    host: values.host,
    httpPort: port("http-port", values["http-port"]),
    httpsPort: port("https-port", values["https-port"]),
    controlPort: port("control-port", values["control-port"]),
    portals: values.portals.split(",").map((address) => withPort(address.trim(), iscsiPort)),
    iscsi: !values["no-iscsi"],
    mdns: values.mdns,
    name: values.name,
    user: userName(values.user),
    ...(values.password !== undefined && { password: values.password }),
    ...(values["totp-secret"] !== undefined && { totpSecret: base32(values["totp-secret"]) }),
    luns: values.luns === "" ? [] : values.luns.split(",").map(lun),
    quirks: values.quirk.map(assignment),
    state: values.state ?? mkdtempSync(join(tmpdir(), "sim-nas-")),
    exitWithStdin: values["exit-with-stdin"],
  };
}

const withPort = (address: string, port: number): string => (address.includes(":") ? address : `${address}:${port}`);

function profileName(name: string): ProfileName {
  if (Object.hasOwn(profiles, name)) return name as ProfileName;
  throw new Error(`--profile is one of ${Object.keys(profiles).join(", ")}`);
}

function port(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value < 65536) return value;
  throw new Error(`--${flag} is a port number, or 0 for any free one`);
}

function userName(name: string): string {
  if (name !== "") return name;
  throw new Error("--user is a name");
}

function base32(secret: string): string {
  if (/^[A-Z2-7]{8,}=*$/i.test(secret)) return secret;
  throw new Error("--totp-secret is Base32: letters and the digits 2 to 7, at least eight");
}

function lun(text: string): { name: string; sizeGiB: number } {
  const match = /^([\w.-]+):([1-9]\d*)$/.exec(text.trim());
  if (!match) throw new Error(`--luns is name:sizeGiB,…; "${text}" is not`);
  return { name: String(match[1]), sizeGiB: Number(match[2]) };
}

function assignment(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`--quirk is name=value; "${text}" is not`);
  return [text.slice(0, at), text.slice(at + 1)];
}
