import { QnapError } from "../errors.ts";
import { all, at, text, typeOf, type XmlNode } from "./xml.ts";

/** vCenter refused a call, or a task ended with an error: the fault says that what was asked for was not done. */
export class VimFault extends QnapError {
  /** vSphere's name of the fault, such as NotAuthenticated or ResourceInUse. */
  readonly fault: string;

  constructor(vcenter: string, call: string, fault: string, message: string) {
    const reason = message === "" || message === fault ? fault : `${fault}: ${message}`;
    super(fault === "NoPermission" ? "VCenterNoRights" : "VCenterRefused", { vcenter, call, reason });
    this.fault = fault;
  }
}

export function isFault(error: unknown, ...faults: string[]): error is VimFault {
  return error instanceof VimFault && faults.includes(error.fault);
}

/** The server does not have this method: nothing was done. Real servers of old answer InvalidRequest (assumed). */
export function isMethodMissing(error: unknown): boolean {
  if (isFault(error, "MethodNotFound", "NotImplemented")) return true;
  return isFault(error, "InvalidRequest") && /Unable to resolve WSDL method/i.test(error.message);
}

/** The fault in a SOAP body, or undefined. */
export function faultIn(vcenter: string, call: string, body: XmlNode): VimFault | undefined {
  const fault = at(body, "Fault");
  if (fault === undefined) return undefined;
  const detail = at(fault, "detail");
  const [name, inner] = firstChild(detail);
  const type = typeOf(inner) ?? name?.replace(/Fault$/, "") ?? text(fault, "faultcode") ?? "unknown fault";
  return new VimFault(vcenter, call, type, text(fault, "faultstring") ?? "");
}

/** The fault of a task, or in a missingSet: a LocalizedMethodFault. */
export function localizedFault(vcenter: string, call: string, node: XmlNode | undefined): VimFault {
  const messages = all(at(node, "fault"), "faultMessage").map((one) => text(one, "message"));
  const message = [text(node, "localizedMessage"), ...messages].filter(Boolean).join("; ");
  return new VimFault(vcenter, call, typeOf(at(node, "fault")) ?? "unknown fault", message);
}

function firstChild(node: XmlNode | undefined): [string | undefined, XmlNode | undefined] {
  if (typeof node !== "object") return [undefined, undefined];
  const name = Object.keys(node).find((key) => /^[A-Za-z]/.test(key));
  return name === undefined ? [undefined, undefined] : [name, at(node, name)];
}
