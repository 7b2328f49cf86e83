import { crc32 } from "node:zlib";

/** A disk's bytes, as far as a partition table needs them. */
export interface Sectors {
  readonly sizeBytes: number;
  readonly sectorSize: number;
  read(offset: number, length: number): Promise<Buffer>;
  write(offset: number, bytes: Buffer): Promise<void>;
}

export interface GptPartition {
  number: number;
  type: string;
  guid: string;
  offset: number;
  sizeBytes: number;
  name: string;
  attributes: bigint;
}

export interface Gpt {
  guid: string;
  partitions: GptPartition[];
}

/** Bits of a basic data partition (MSDN, PARTITION_INFORMATION_GPT). */
export const attribute = { readOnly: 1n << 60n, shadowCopy: 1n << 61n, hidden: 1n << 62n, noDriveLetter: 1n << 63n };
export const basicData = "{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}";

const entryCount = 128;
const entryBytes = 128;
const tableBytes = entryCount * entryBytes;

/** Undefined where the disk has none. */
export async function readGpt(disk: Sectors): Promise<Gpt | undefined> {
  const { sectorSize } = disk;
  const head = await disk.read(0, 2 * sectorSize + tableBytes);
  const header = head.subarray(sectorSize);
  if (header.toString("latin1", 0, 8) !== "EFI PART") return undefined;
  const table = head.subarray(2 * sectorSize);
  const partitions = Array.from({ length: entryCount }, (_, index) => entryAt(table, index, sectorSize));
  return { guid: readGuid(header, 56), partitions: partitions.filter((partition) => partition !== undefined) };
}

function entryAt(table: Buffer, index: number, sectorSize: number): GptPartition | undefined {
  const entry = table.subarray(index * entryBytes, (index + 1) * entryBytes);
  if (entry.subarray(0, 16).every((byte) => byte === 0)) return undefined;
  const first = Number(entry.readBigUInt64LE(32));
  return {
    number: index + 1,
    type: readGuid(entry, 0),
    guid: readGuid(entry, 16),
    offset: first * sectorSize,
    sizeBytes: (Number(entry.readBigUInt64LE(40)) - first + 1) * sectorSize,
    attributes: entry.readBigUInt64LE(48),
    name: entry.toString("utf16le", 56, 128).replace(/\0.*$/s, ""),
  };
}

/** Both copies and the protective MBR. */
export async function writeGpt(disk: Sectors, gpt: Gpt): Promise<void> {
  const { sectorSize } = disk;
  const last = disk.sizeBytes / sectorSize - 1;
  const tableSectors = tableBytes / sectorSize;
  const table = Buffer.alloc(tableBytes);
  for (const partition of gpt.partitions) writeEntry(table, partition, sectorSize);
  const usable: [number, number] = [2 + tableSectors, last - tableSectors - 1];
  const first = header(gpt, table, { at: 1, other: last, table: 2, usable, sectorSize });
  const second = header(gpt, table, { at: last, other: 1, table: last - tableSectors, usable, sectorSize });
  await disk.write((last - tableSectors) * sectorSize, Buffer.concat([table, second]));
  await disk.write(0, Buffer.concat([protectiveMbr(sectorSize, last), first, table]));
}

function writeEntry(table: Buffer, partition: GptPartition, sectorSize: number): void {
  const entry = table.subarray((partition.number - 1) * entryBytes, partition.number * entryBytes);
  writeGuid(entry, 0, partition.type);
  writeGuid(entry, 16, partition.guid);
  entry.writeBigUInt64LE(BigInt(partition.offset / sectorSize), 32);
  entry.writeBigUInt64LE(BigInt((partition.offset + partition.sizeBytes) / sectorSize - 1), 40);
  entry.writeBigUInt64LE(partition.attributes, 48);
  entry.write(partition.name.slice(0, 36), 56, "utf16le");
}

interface Place {
  at: number;
  other: number;
  table: number;
  usable: [number, number];
  sectorSize: number;
}

function header({ guid }: Gpt, table: Buffer, { at, other, table: tableAt, usable, sectorSize }: Place): Buffer {
  const bytes = Buffer.alloc(sectorSize);
  bytes.write("EFI PART", "latin1");
  bytes.writeUInt32LE(0x00010000, 8);
  bytes.writeUInt32LE(92, 12);
  [at, other, ...usable].forEach((sector, index) => {
    bytes.writeBigUInt64LE(BigInt(sector), 24 + index * 8);
  });
  writeGuid(bytes, 56, guid);
  bytes.writeBigUInt64LE(BigInt(tableAt), 72);
  bytes.writeUInt32LE(entryCount, 80);
  bytes.writeUInt32LE(entryBytes, 84);
  bytes.writeUInt32LE(crc32(table), 88);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 92)), 16);
  return bytes;
}

function protectiveMbr(sectorSize: number, last: number): Buffer {
  const bytes = Buffer.alloc(sectorSize);
  bytes.set([0, 0, 2, 0, 0xee, 0xff, 0xff, 0xff], 446);
  bytes.writeUInt32LE(1, 454);
  bytes.writeUInt32LE(Math.min(last, 0xffffffff), 458);
  bytes.set([0x55, 0xaa], 510);
  return bytes;
}

/** In braces and lower case, as Get-Disk and Get-Partition show it. The first three parts are little-endian. */
function readGuid(bytes: Buffer, at: number): string {
  const hex = swapped(bytes.subarray(at, at + 16)).toString("hex");
  return `{${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}}`;
}

function writeGuid(bytes: Buffer, at: number, guid: string): void {
  swapped(Buffer.from(guid.replaceAll(/[{}-]/g, ""), "hex")).copy(bytes, at);
}

function swapped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.subarray(0, 4).reverse();
  copy.subarray(4, 6).reverse();
  copy.subarray(6, 8).reverse();
  return copy;
}
