import { createHash, randomBytes } from "node:crypto";
import type { Chap } from "../../../initiator/address.ts";
import { Connection } from "./connection.ts";
import { immediate, opcode, type Pdu, pdu } from "./pdu.ts";

export interface LoginTo {
  portal: string;
  iqn: string;
  initiatorIqn: string;
  chap?: Chap;
  /** What the target has to prove. */
  mutualSecret?: string;
}

/** Status-Class and Status-Detail of RFC 7143, 11.13.5: 0x0201 is a wrong account. */
export class LoginRefused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`log-in refused with status 0x${status.toString(16).padStart(4, "0")}`);
    this.status = status;
  }
}

type Keys = Record<string, string>;
const security = 0;
const operational = 1;
const fullFeature = 3;
const transit = 0x80;

/** A normal session of one connection, as the Microsoft initiator opens it. */
export async function logIn(to: LoginTo): Promise<Connection> {
  const connection = await Connection.open(to.portal);
  try {
    const step = stepper(connection);
    const { chap } = to;
    const names = { InitiatorName: to.initiatorIqn, SessionType: "Normal", TargetName: to.iqn };
    const method = { AuthMethod: chap ? "CHAP" : "None" };
    const offered = await step(security, chap ? security : operational, { ...names, ...method });
    if (chap) await proveBoth(step, to, chap, offered);
    await step(operational, fullFeature, parameters);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

const parameters: Keys = {
  HeaderDigest: "None",
  DataDigest: "None",
  InitialR2T: "No",
  ImmediateData: "Yes",
  MaxRecvDataSegmentLength: "262144",
  MaxBurstLength: "262144",
  FirstBurstLength: "65536",
  MaxConnections: "1",
  ErrorRecoveryLevel: "0",
};

type Step = (from: number, to: number, keys: Keys) => Promise<Keys>;

function stepper(connection: Connection): Step {
  // Random: one initiator name with one ISID twice would end the other session (session reinstatement).
  const isid = Buffer.concat([Buffer.from([0x80]), randomBytes(5)]);
  return async (from, to, keys) => {
    const request = pdu(opcode.login | immediate, (from === to ? 0 : transit | to) | (from << 2), encodeKeys(keys));
    isid.copy(request.header, 8);
    const answer = await connection.ask(request);
    const status = answer.header.readUInt16BE(36);
    if (status !== 0) throw new LoginRefused(status);
    return decodeKeys(answer);
  };
}

async function proveBoth(step: Step, { mutualSecret }: LoginTo, chap: Chap, offered: Keys): Promise<void> {
  if (offered.AuthMethod !== "CHAP") throw new LoginRefused(0x0201);
  const asked = await step(security, security, { CHAP_A: "5" });
  const own = randomBytes(16);
  const proof = { CHAP_N: chap.user, CHAP_R: response(asked.CHAP_I, chap.password, bytesOf(asked.CHAP_C)) };
  const challenge = mutualSecret === undefined ? {} : { CHAP_I: "7", CHAP_C: `0x${own.toString("hex")}` };
  const proved = await step(security, operational, { ...proof, ...challenge });
  if (mutualSecret === undefined) return;
  if (proved.CHAP_R?.toLowerCase() !== response("7", mutualSecret, own)) throw new LoginRefused(0x0201);
}

function response(identifier = "0", secret = "", challenge: Buffer = Buffer.alloc(0)): string {
  const hash = createHash("md5").update(Buffer.from([Number(identifier)]));
  return `0x${hash.update(secret).update(challenge).digest("hex")}`;
}

const bytesOf = (value = ""): Buffer =>
  value.startsWith("0b") ? Buffer.from(value.slice(2), "base64") : Buffer.from(value.slice(2), "hex");

const encodeKeys = (keys: Keys): Buffer =>
  Buffer.from(
    Object.entries(keys)
      .map(([key, value]) => `${key}=${value}\0`)
      .join(""),
  );

function decodeKeys({ data }: Pdu): Keys {
  const pairs = data.toString("utf8").split("\0").filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}
