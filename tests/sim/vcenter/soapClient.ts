import { Agent, request } from "node:https";
import { XMLParser } from "fast-xml-parser";

/** A managed object reference: type and value. */
export interface Ref {
  type: string;
  value: string;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
export type Xml = any;

const lists = /^(returnval|objects|propSet|filterSet|objectSet|changeSet|File|file|snapshot|disk|chain|fileKey)$/;
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  textNodeName: "#",
  transformTagName: (name) => name.slice(name.indexOf(":") + 1),
  isArray: (name) => lists.test(name),
});

export class SoapFault extends Error {
  readonly fault: string;
  readonly detail: Xml;

  constructor(fault: string, text: string, detail: Xml) {
    super(`${fault}: ${text}`);
    this.fault = fault;
    this.detail = detail;
  }
}

export const ref = (type: string, value: string): Ref => ({ type, value });
export const refOf = (node: Xml): Ref => ref(node["@type"], node["#"]);
export const tag = (name: string, { type, value }: Ref): string => `<${name} type="${type}">${value}</${name}>`;
export const serviceInstance = ref("ServiceInstance", "ServiceInstance");
const collector = ref("PropertyCollector", "propertyCollector");

/** Raw SOAP over TLS: what any vSphere client would send, and none of our product. */
export class SoapClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  cookie = "";

  constructor(url: string) {
    this.#url = url;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** The elements `returnval`; a fault is thrown. */
  async call(method: string, self: Ref, args = ""): Promise<Xml[]> {
    const body = parser.parse((await this.post(method, self, args)).text)?.Envelope?.Body;
    if (body?.Fault) throw faultOf(body.Fault);
    const response = body?.[`${method}Response`];
    if (response === undefined) throw new Error(`no answer to ${method}`);
    return response.returnval ?? [];
  }

  post(method: string, self: Ref, args = ""): Promise<{ status: number; text: string }> {
    const xml = `<?xml version="1.0"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body><${method} xmlns="urn:vim25">${tag("_this", self)}${args}</${method}></Body></Envelope>`;
    const headers = { "content-type": "text/xml", soapaction: "urn:vim25/8.0.2.0", cookie: this.cookie };
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, { method: "POST", agent: this.#agent, headers }, (answer) => {
        this.cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? this.cookie;
        let text = "";
        answer.on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(xml);
    });
  }

  login(user: string, password: string): Promise<Xml[]> {
    const args = `<userName>${user}</userName><password>${password}</password>`;
    return this.call("Login", ref("SessionManager", "SessionManager"), args);
  }

  /** Properties of one object, unwrapped by name. */
  async get(object: Ref, ...paths: string[]): Promise<Record<string, Xml>> {
    const pathSet = paths.map((path) => `<pathSet>${path}</pathSet>`).join("");
    const spec = `<specSet><propSet><type>${object.type}</type>${pathSet}</propSet><objectSet>${tag("obj", object)}</objectSet></specSet><options/>`;
    const [result] = await this.call("RetrievePropertiesEx", collector, spec);
    return propertiesOf(result.objects[0]);
  }

  /** Every object of a type beneath the root folder, in pages. */
  async all(type: string, paths: string[], maxObjects = 0): Promise<{ ref: Ref; pages: number; props: Xml }[]> {
    const [view] = await this.call(
      "CreateContainerView",
      ref("ViewManager", "ViewManager"),
      `${tag("container", ref("Folder", "group-d1"))}<type>${type}</type><recursive>true</recursive>`,
    );
    const pathSet = paths.map((path) => `<pathSet>${path}</pathSet>`).join("");
    const spec = `<specSet><propSet><type>${type}</type>${pathSet}</propSet><objectSet>${tag("obj", refOf(view))}<skip>true</skip><selectSet xsi:type="TraversalSpec"><name>v</name><type>ContainerView</type><path>view</path><skip>false</skip></selectSet></objectSet></specSet>`;
    const options = `<options>${maxObjects ? `<maxObjects>${maxObjects}</maxObjects>` : ""}</options>`;
    let [result] = await this.call("RetrievePropertiesEx", collector, spec + options);
    const found = [];
    for (let pages = 1; result; pages++) {
      for (const object of result.objects) {
        found.push({ ref: refOf(object.obj), pages, props: propertiesOf(object) });
      }
      if (!result.token) break;
      [result] = await this.call("ContinueRetrievePropertiesEx", collector, `<token>${result.token}</token>`);
    }
    return found;
  }

  async vm(name: string): Promise<Ref> {
    const found = (await this.all("VirtualMachine", ["name"])).find(({ props }) => props.name === name);
    if (!found) throw new Error(`no VM ${name}`);
    return found.ref;
  }

  /** Starts a task and waits for its end; an error of the task is thrown. Answers its info. */
  async task(method: string, self: Ref, args = ""): Promise<Xml> {
    const [started] = await this.call(method, self, args);
    return this.taskEnd(refOf(started));
  }

  async taskEnd(task: Ref): Promise<Xml> {
    for (;;) {
      const { info } = await this.get(task, "info");
      if (info.state === "success") return info;
      if (info.state === "error") throw new SoapFault(info.error.fault["@xsi:type"], "task", info.error.fault);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

function faultOf(fault: Xml): SoapFault {
  const [, detail] = Object.entries<Xml>(fault.detail)[0] ?? [];
  return new SoapFault(detail?.["@xsi:type"] ?? "?", fault.faultstring, detail);
}

export function propertiesOf(object: Xml): Record<string, Xml> {
  const sets: Xml[] = object.propSet ?? [];
  return Object.fromEntries(sets.map(({ name, val }) => [name, plain(val)]));
}

/** Text for simple values, the array itself for ArrayOf..., else the node. */
function plain(val: Xml): Xml {
  const type: string = val?.["@xsi:type"] ?? "";
  if (type.startsWith("ArrayOf")) return [Object.entries(val).find(([key]) => !key.startsWith("@"))?.[1] ?? []].flat();
  if (type.startsWith("xsd:") || Object.keys(val).every((key) => key === "#" || key === "@xsi:type")) return val["#"];
  return val;
}

/** `snap.message` of a rejected call, to compare with what was expected. */
export async function faultName(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    return error instanceof SoapFault ? error.fault : String(error);
  }
}
