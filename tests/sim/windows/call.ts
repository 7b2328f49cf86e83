import { setTimeout as sleep } from "node:timers/promises";
import type { Holds } from "../nas/holds.ts";
import type { Params, Row } from "./cmdlets/cmdlet.ts";
import { cmdlets } from "./cmdlets/index.ts";
import { CmdletError, type Failure } from "./failure.ts";
import type { Fault, FaultRequest, Faults } from "./faults.ts";
import type { Host } from "./host.ts";

export interface Answer {
  rows: Row[];
  failure?: Failure;
}

export interface Trouble {
  faults: Faults;
  holds: Holds;
}

/** One cmdlet, with what was asked to go wrong; undefined: no answer comes. */
export async function call(host: Host, trouble: Trouble, cmdlet: string, params: Params): Promise<Answer | undefined> {
  const record = host.effects.call(cmdlet, params);
  const faults = trouble.faults.take(cmdlet, cmdlets[cmdlet]?.changes ?? false);
  const answer = await answerOf(host, trouble, faults, cmdlet, params);
  host.effects.answered(record, answer?.failure?.id);
  return answer;
}

async function answerOf(host: Host, trouble: Trouble, faults: Fault[], cmdlet: string, params: Params) {
  const of = (kind: FaultRequest["kind"]) => faults.find((fault) => fault.kind === kind);
  const { holds } = trouble;
  if (of("holdBefore") && (await holds.hold("", cmdlet, "before")) === "drop") return undefined;
  await sleep(of("latency")?.ms ?? 0);
  const error = of("error");
  if (error && !error.after) return failed(error);
  const answer = of("successWithoutEffect") ? { rows: [] } : await run(host, cmdlet, params);
  if (of("holdAfter") && (await holds.hold("", cmdlet, "after")) === "drop") return undefined;
  if (of("hang")) return undefined;
  return error ? failed(error) : changed(answer, of("answer"));
}

async function run(host: Host, name: string, params: Params): Promise<Answer> {
  try {
    const cmdlet = cmdlets[name];
    if (!cmdlet) throw new Error(`the simulated Windows has no ${name}`);
    return { rows: await cmdlet.run(host, params) };
  } catch (error) {
    if (error instanceof CmdletError) return { rows: [], failure: error.failure };
    const { message } = error as Error;
    return { rows: [], failure: { message, id: "StorageWMI 4", category: "NotSpecified", hresult: 0x80004005 } };
  }
}

function failed({ errorId = "HRESULT 0x80004005", message = errorId, hresult = 0x80004005 }: Fault): Answer {
  return { rows: [], failure: { message, id: errorId, category: "NotSpecified", hresult } };
}

function changed(answer: Answer, fault: Fault | undefined): Answer {
  if (!fault) return answer;
  return { ...answer, rows: (fault.rows ?? answer.rows).map((row) => ({ ...row, ...fault.merge })) };
}
