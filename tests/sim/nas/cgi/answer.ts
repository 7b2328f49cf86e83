import type { Reply } from "../http/call.ts";
import type { Nas } from "../nas.ts";
import { type Element, el, fields, render } from "./xml.ts";

/** What a CGI function says. `effect` runs after the decision and before the answer leaves. */
export interface Answer {
  own?: Element[];
  result?: number;
  errorCode?: number;
  fork?: boolean;
  /** The CGI crashes: connection dropped without an answer. */
  crash?: boolean;
  status?: number;
  effect?: () => Promise<void>;
}

const declaration = '<?xml version="1.0" encoding="UTF-8" ?>\n';

export function xmlReply(nas: Nas, elements: Element[], result?: number): Reply {
  const style = nas.quirks.get("cdata");
  const body = elements.map((element) => render(element, style)).join("\n");
  return {
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `${declaration}<QDocRoot version="1.0">\n${body}</QDocRoot>\n`,
    ...(result !== undefined && { result }),
  };
}

/** A storage CGI's answer: common block, own data, result. */
export function answerReply(nas: Nas, answer: Answer): Reply {
  if (answer.crash) return { status: 0, headers: {}, body: "", drop: true };
  if (answer.status) return plainReply(answer.status);
  const tail = [
    ...fields({ errorcode: answer.errorCode }),
    ...(answer.fork ? [el("fork", 1)] : []),
    ...fields({ result: answer.result }),
  ];
  const elements = [...commonBlock(nas), ...(answer.own ?? []), ...tail];
  const reply = xmlReply(nas, elements, answer.result);
  return nas.quirks.get("multiRoot") ? { ...reply, body: withoutRoot(reply.body) } : reply;
}

export function plainReply(status: number): Reply {
  return { status, headers: { "content-type": "text/html" }, body: `<html><body><h1>${status}</h1></body></html>\n` };
}

function withoutRoot(body: string): string {
  return body.replace('<QDocRoot version="1.0">\n', "").replace("</QDocRoot>", "");
}

function commonBlock(nas: Nas): Element[] {
  const passed = el("authPassed", "1");
  return nas.quirks.get("commonBlock") ? [passed, ...systemBlock(nas)] : [passed];
}

export function systemBlock(nas: Nas): Element[] {
  const { model, firmware } = nas.profile;
  const storage = fields({ storage_v2: model.storageV2 });
  const zfs = model.isZfs === undefined ? [] : [el("is_zfs", String(model.isZfs))];
  const names = fields({
    modelName: model.name,
    internalModelName: model.name,
    platform: model.platform,
    platform_ex: "X86_64",
    customModelName: "",
    displayModelName: model.display,
    sas_model: "0",
  });
  const nodes = fields({ node: "", dual_node: nas.profile.family === "qes" ? "1" : "0" });
  return [
    el("model", [...names, ...storage, el("encryptfsSupported", "1"), ...zfs, ...nodes]),
    el("firmware", firmwareFields(firmware)),
    ...fields({ specVersion: "1.0", hostname: nas.state.hostname }),
  ];
}

function firmwareFields({ name, version, number, build }: Nas["profile"]["firmware"]): Element[] {
  const buildTime = `${build.slice(0, 4)}/${build.slice(4, 6)}/${build.slice(6)}`;
  return fields({ name, version, number, build, patch: "0", buildTime });
}
