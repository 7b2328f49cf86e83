import { codes } from "../codes.ts";
import type { Call } from "../http/call.ts";
import type { Decision, Route } from "../http/route.ts";
import { type Answer, answerReply, xmlReply } from "./answer.ts";
import { diskFunctions } from "./disks.ts";
import type { CgiFunction, CgiFunctions } from "./function.ts";
import { lunFunctions } from "./luns.ts";
import { portalFunctions } from "./portal.ts";
import { authLogin, authLogout } from "./session.ts";
import { snapshotFunctions } from "./snapshots.ts";
import { systemFunctions } from "./system.ts";
import { targetFunctions } from "./targets.ts";
import { el, fields } from "./xml.ts";

const cgis: Record<string, CgiFunctions> = {
  "disk/iscsi_portal_setting.cgi": portalFunctions,
  "disk/iscsi_lun_setting.cgi": lunFunctions,
  "disk/iscsi_target_setting.cgi": targetFunctions,
  "disk/snapshot.cgi": snapshotFunctions,
  "disk/disk_manage.cgi": diskFunctions,
  "management/manaRequest.cgi": systemFunctions,
  "sys/sysRequest.cgi": systemFunctions,
};

/** Undefined: no such file, 404. */
export function cgiRoute(call: Call): Route | undefined {
  const name = call.path.replace(/^\/cgi-bin\//, "");
  if (name === call.path) return undefined;
  if (name === "authLogin.cgi") return open(call, loginKind(call), authLogin);
  if (name === "authLogout.cgi") return open(call, "logout", authLogout);
  const functions = Object.hasOwn(cgis, name) ? cgis[name] : undefined;
  return functions && storageRoute(call, functions);
}

function loginKind({ params }: Call): string {
  if (params.has("user")) return "login";
  return params.has("sid") ? "whoAmI" : "describe";
}

function open(call: Call, func: string, run: (call: Call) => Decision): Route {
  return { func, refuse: (code) => answerReply(call.nas, { result: code }), decide: async () => run(call) };
}

function storageRoute(call: Call, functions: CgiFunctions): Route {
  const func = call.params.text("func") || call.params.text("subfunc");
  const known = Object.hasOwn(functions, func) ? functions[func] : undefined;
  return {
    func,
    changes: typeof known?.changes === "function" ? known.changes(call) : known?.changes,
    refuse: (code) => answerReply(call.nas, { result: code }),
    decide: () => decide(call, known),
  };
}

async function decide(call: Call, known: CgiFunction | undefined): Promise<Decision> {
  const { nas } = call;
  const refusal = whyNoSession(call);
  if (refusal) return refusal;
  if (!isAdmin(call)) return { reply: answerReply(nas, { result: codes.failed, errorCode: -22 }) };
  if (known?.changes && !mayWrite(call)) return { reply: answerReply(nas, { result: codes.failed }) };
  // A function that the CGI does not know: authenticated, and nothing else.
  const answer = (await known?.run(call)) ?? {};
  return { reply: answerReply(nas, withEsCode(call, answer)), effect: answer.effect };
}

/** Some firmware takes changes over REST only (single source). */
function mayWrite({ nas, path }: Call): boolean {
  const allowed = nas.quirks.get("cgiWrites");
  return allowed === "all" || (allowed === "snapshots" && path.endsWith("/snapshot.cgi"));
}

function withEsCode({ nas, path }: Call, answer: Answer): Answer {
  const { own = [], result } = answer;
  if (result === undefined || !path.endsWith("/snapshot.cgi") || !nas.quirks.get("esRetCode")) return answer;
  return { ...answer, own: [...own, ...fields({ ES_RET_CODE: result })] };
}

/** authPassed=0 without a live session; on some firmware also with one from another port (single source). */
function whyNoSession(call: Call): Decision | undefined {
  const { nas, params, port } = call;
  const session = nas.sessions.use(params.text("sid"));
  if (!session) return { reply: xmlReply(nas, [el("authPassed", "0")]) };
  call.session = session;
  if (session.port === port || !nas.quirks.get("sidBoundToPort")) return undefined;
  return { reply: xmlReply(nas, fields({ authPassed: "0", errorcode: -22, result: -1 }), -1) };
}

/** What a delegated role may do over these calls is not known: assumed nothing. */
function isAdmin({ nas, session }: Call): boolean {
  return nas.state.users.some((user) => user.name === session?.user && user.admin);
}
