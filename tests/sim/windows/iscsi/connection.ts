import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { decoder, encode, immediate, noTag, opcode, opcodeOf, type Pdu, pdu } from "./pdu.ts";

type Waiter = { resolve: (answer: Pdu) => void; reject: (error: Error) => void };

/** One TCP connection to a target portal: numbers, tags, and whose answer it is. */
export class Connection {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiter & { data: Buffer[] }>();
  #tag = 1;
  #cmdSn = 1;
  #expStatSn = 0;
  closed = false;

  static async open(portal: string): Promise<Connection> {
    const [host = "", port] = portal.split(":");
    const socket = connect({ host, port: Number(port), noDelay: true });
    await once(socket, "connect");
    return new Connection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on(
      "data",
      decoder((answer) => this.#answer(answer)),
    );
    socket.on("error", () => {});
    socket.on("close", () => this.#end());
  }

  get addresses(): { initiator: string; initiatorPort: number; target: string; targetPort: number } {
    const { localAddress = "", localPort = 0, remoteAddress = "", remotePort = 0 } = this.#socket;
    return { initiator: localAddress, initiatorPort: localPort, target: remoteAddress, targetPort: remotePort };
  }

  onClose(told: () => void): void {
    if (this.closed) told();
    else this.#socket.once("close", told);
  }

  /** Sends one request. The answer's data is what came as Data-In, or sense where the command failed. */
  ask(request: Pdu): Promise<Pdu> {
    const tag = this.#tag++;
    request.header.writeUInt32BE(tag, 16);
    this.#send(request);
    return new Promise((resolve, reject) => {
      if (this.closed) reject(new Error("the connection is closed"));
      else this.#waiting.set(tag, { resolve, reject, data: [] });
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(request: Pdu): void {
    request.header.writeUInt32BE(this.#cmdSn, 24);
    request.header.writeUInt32BE(this.#expStatSn, 28);
    if ((request.header.readUInt8(0) & immediate) === 0) this.#cmdSn++;
    this.#socket.write(encode(request));
  }

  #answer(answer: Pdu): void {
    const code = opcodeOf(answer);
    const waiter = this.#waiting.get(answer.header.readUInt32BE(16));
    const carriesStatus = code !== opcode.dataIn || (answer.header.readUInt8(1) & 1) === 1;
    if (carriesStatus) this.#expStatSn = answer.header.readUInt32BE(24) + 1;
    if (code === opcode.nopIn) this.#nop(answer);
    if (code === opcode.dataIn) waiter?.data.push(Buffer.from(answer.data));
    if (!waiter || !carriesStatus || code === opcode.nopIn) return;
    this.#waiting.delete(answer.header.readUInt32BE(16));
    waiter.resolve({ header: Buffer.from(answer.header), data: dataOf(answer, waiter.data) });
  }

  #nop({ header }: Pdu): void {
    const transfer = header.readUInt32BE(20);
    if (transfer === noTag) return;
    const answer = pdu(opcode.nopOut | immediate, 0x80);
    answer.header.writeUInt32BE(noTag, 16);
    answer.header.writeUInt32BE(transfer, 20);
    this.#send(answer);
  }

  #end(): void {
    this.closed = true;
    for (const { reject } of this.#waiting.values()) reject(new Error("the connection was lost"));
    this.#waiting.clear();
  }
}

function dataOf(answer: Pdu, dataIn: Buffer[]): Buffer {
  const failed = opcodeOf(answer) === opcode.scsiResponse && answer.header.readUInt8(3) !== 0;
  return failed || dataIn.length === 0 ? Buffer.from(answer.data) : Buffer.concat(dataIn);
}
