import type { Connection } from "./connection.ts";
import { opcode, opcodeOf, pdu } from "./pdu.ts";

/** What a LUN says of itself. */
export interface LunFacts {
  lun: number;
  vendor: string;
  product: string;
  revision: string;
  serial: string;
  /** 32 hex digits in upper case, as Windows shows them. */
  naa: string;
  sizeBytes: number;
  sectorSize: number;
}

interface Command {
  lun: number;
  cdb: number[];
  readBytes?: number;
  write?: Buffer;
}

const unitAttention = 6;
const disk = 0;

/** Sends one command; a unit attention is told once, so the command is sent again. */
async function send(connection: Connection, command: Command, attempts = 3): Promise<Buffer> {
  const { lun, cdb, readBytes = 0, write } = command;
  const flags = 0x81 | (readBytes > 0 ? 0x40 : 0) | (write ? 0x20 : 0);
  const request = pdu(opcode.scsiCommand, flags, write);
  request.header.writeUInt16BE(lun, 8);
  request.header.writeUInt32BE(write?.length ?? readBytes, 20);
  Buffer.from(cdb).copy(request.header, 32);
  const answer = await connection.ask(request);
  const status = answer.header.readUInt8(3);
  if (status === 0) return answer.data;
  const sense = opcodeOf(answer) === opcode.scsiResponse ? answer.data.subarray(2) : Buffer.alloc(0);
  const key = sense.length > 2 ? sense.readUInt8(2) & 0xf : 0;
  if (key === unitAttention && attempts > 1) return send(connection, command, attempts - 1);
  throw new Error(`LUN ${lun}: SCSI status ${status}, sense key ${key}`);
}

export async function reportLuns(connection: Connection): Promise<number[]> {
  const bytes = await send(connection, { lun: 0, cdb: [0xa0, ...zeros(5), ...int(4096, 4), 0, 0], readBytes: 4096 });
  const count = bytes.readUInt32BE(0) / 8;
  return Array.from({ length: count }, (_, index) => bytes.readUInt16BE(8 + index * 8) & 0x3fff);
}

/** Undefined for what is no disk: tgt has a controller as LUN 0. */
export async function identify(connection: Connection, lun: number): Promise<LunFacts | undefined> {
  const standard = await inquiry(connection, lun);
  if (standard.readUInt8(0) !== disk) return undefined;
  const text = (from: number, to: number) => standard.toString("latin1", from, to).trim();
  const serial = await inquiry(connection, lun, 0x80);
  const capacity = await send(connection, { lun, cdb: [0x9e, 0x10, ...zeros(8), ...int(32, 4), 0, 0], readBytes: 32 });
  const sectorSize = capacity.readUInt32BE(8);
  return {
    lun,
    vendor: text(8, 16),
    product: text(16, 32),
    revision: text(32, 36),
    serial: serial.toString("latin1", 4).replaceAll("\0", "").trim(),
    naa: naaOf(await inquiry(connection, lun, 0x83)),
    sizeBytes: Number(capacity.readBigUInt64BE(0) + 1n) * sectorSize,
    sectorSize,
  };
}

export function read(connection: Connection, facts: LunFacts, offset: number, length: number): Promise<Buffer> {
  const blocks = blockRange(facts, offset, length);
  return send(connection, { lun: facts.lun, cdb: [0x88, 0, ...blocks, 0, 0], readBytes: length });
}

/** With FUA. Up to 64 KiB: it travels with the command. */
export async function write(connection: Connection, facts: LunFacts, offset: number, bytes: Buffer): Promise<void> {
  const blocks = blockRange(facts, offset, bytes.length);
  await send(connection, { lun: facts.lun, cdb: [0x8a, 0x08, ...blocks, 0, 0], write: bytes });
}

const blockRange = ({ sectorSize }: LunFacts, offset: number, length: number): number[] => [
  ...int(offset / sectorSize, 8),
  ...int(length / sectorSize, 4),
];

const inquiry = (connection: Connection, lun: number, page?: number): Promise<Buffer> =>
  send(connection, { lun, cdb: [0x12, page === undefined ? 0 : 1, page ?? 0, ...int(255, 2), 0], readBytes: 255 });

/** Of the logical unit (association 0); tgt also tells a short one. */
function naaOf(page: Buffer): string {
  const found: string[] = [];
  for (let at = 4; at + 4 <= page.length; at += 4 + page.readUInt8(at + 3)) {
    const isNaaOfUnit = (page.readUInt8(at + 1) & 0x3f) === 3;
    if (isNaaOfUnit) found.push(page.toString("hex", at + 4, at + 4 + page.readUInt8(at + 3)).toUpperCase());
  }
  return found.sort((one, other) => other.length - one.length)[0] ?? "";
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);

function int(value: number, bytes: number): number[] {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return [...buffer.subarray(8 - bytes)];
}
