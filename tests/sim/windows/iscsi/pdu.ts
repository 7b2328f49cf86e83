/** RFC 7143, section 11: a basic header segment of 48 bytes, then data padded to four. Digests are not negotiated. */
export interface Pdu {
  header: Buffer;
  data: Buffer;
}

export const opcode = {
  nopOut: 0x00,
  scsiCommand: 0x01,
  login: 0x03,
  logout: 0x06,
  nopIn: 0x20,
  scsiResponse: 0x21,
  loginResponse: 0x23,
  dataIn: 0x25,
  logoutResponse: 0x26,
  reject: 0x3f,
} as const;

export const immediate = 0x40;
export const noTag = 0xffffffff;

export function pdu(code: number, flags: number, data: Buffer = Buffer.alloc(0)): Pdu {
  const header = Buffer.alloc(48);
  header.writeUInt8(code, 0);
  header.writeUInt8(flags, 1);
  header.writeUIntBE(data.length, 5, 3);
  return { header, data };
}

export const opcodeOf = ({ header }: Pdu): number => header.readUInt8(0) & 0x3f;

export function encode({ header, data }: Pdu): Buffer {
  return Buffer.concat([header, data, Buffer.alloc(padding(data.length))]);
}

const padding = (length: number): number => (4 - (length % 4)) % 4;

/** Feed it what the socket gives; it gives whole PDUs. */
export function decoder(take: (whole: Pdu) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 48) {
      const start = 48 + pending.readUInt8(4) * 4;
      const length = pending.readUIntBE(5, 3);
      const end = start + length + padding(length);
      if (pending.length < end) return;
      take({ header: pending.subarray(0, 48), data: pending.subarray(start, start + length) });
      pending = pending.subarray(end);
    }
  };
}
