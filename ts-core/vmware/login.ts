import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { text as readText } from "node:stream/consumers";
import { reasonOf } from "../errors.ts";
import { type Endpoint, NoAnswer } from "../net/http.ts";
import { connectTls } from "../net/trust.ts";
import { sdkHeaders, sdkPath } from "./transport.ts";

const connectTimeoutMs = 10_000;
const answerTimeoutMs = 60_000;

export interface LoginAnswer {
  text: string;
  /** `vmware_soap_session=...`, as it is sent back. */
  cookie: string | undefined;
}

/** One request on a connection of its own: the session is told in a header, which the shared HTTP client does not give. */
export async function sendLogin({ name, host, port, trust }: Endpoint, body: string): Promise<LoginAnswer> {
  const { socket } = await connectTls(name, host, port, trust, connectTimeoutMs);
  const headers = { ...sdkHeaders, "content-length": Buffer.byteLength(body), connection: "close" };
  const asked = request({ createConnection: () => socket, host, port, method: "POST", path: sdkPath, headers });
  const timer = setTimeout(() => asked.destroy(new NoAnswer("no answer in time", true)), answerTimeoutMs);
  try {
    return await answered(asked, body);
  } catch (error) {
    throw error instanceof NoAnswer ? error : new NoAnswer(reasonOf(error), false);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function answered(asked: ClientRequest, body: string): Promise<LoginAnswer> {
  asked.end(body);
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  const cookies = response.headers["set-cookie"] ?? [];
  const cookie = cookies.find((one) => one.startsWith("vmware_soap_session="))?.split(";")[0];
  return { text: await readText(response), cookie };
}
