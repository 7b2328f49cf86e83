import type { Call } from "../http/call.ts";
import type { Decision } from "../http/route.ts";
import { newToken } from "../model/sessions.ts";
import type { User } from "../model/state.ts";
import type { Nas } from "../nas.ts";
import { xmlReply } from "./answer.ts";
import { secondStep } from "./secondStep.ts";
import { type Element, el, fields } from "./xml.ts";

/** Tokens and codes that the decision has set are saved, as after every effect. */
const kept = async (): Promise<void> => {};

const head = (): Element[] => fields({ doQuick: "", is_booting: "0", mediaReady: "1" });

/** authLogin.cgi with credentials. Every refusal looks the same (confirmed). */
export function login(call: Call): Decision {
  const { nas, params, address } = call;
  if (nas.lockout.isLocked(address)) return refuse(call);
  const user = nas.state.users.find((other) => other.name === params.text("user"));
  if (!user || !credentialsMatch(user, call)) return countedRefusal(call);
  if (nas.quirks.get("passwordExpired")) return refuseWith(call, { user_pw_expiry: "1", pw_status: "1" });
  const missing = secondStep(call, user);
  if (missing === "wrong") return countedRefusal(call);
  if (missing) return { reply: xmlReply(nas, [...head(), el("authPassed", "0"), ...missing]), effect: kept };
  return accept(call, user);
}

function credentialsMatch(user: User, { params }: Call): boolean {
  const service = params.text("service");
  if (service !== "" && !/^\d+$/.test(service)) return false; // a service name is refused (single source)
  if (params.has("plain_pwd")) return params.text("plain_pwd") === user.password;
  if (params.has("qtoken")) return user.qtoken !== undefined && params.text("qtoken") === user.qtoken;
  return params.text("pwd") === Buffer.from(user.password, "utf8").toString("base64");
}

function refuse(call: Call): Decision {
  return refuseWith(call, { errorValue: "-1" });
}

function refuseWith({ nas, params }: Call, why: Record<string, string>): Decision {
  const rows = { authPassed: "0", ...why, username: params.text("user") };
  return { reply: xmlReply(nas, [...head(), ...fields(rows)]) };
}

function countedRefusal(call: Call): Decision {
  return { ...refuse(call), effect: async () => call.nas.lockout.count(call.address) };
}

function accept(call: Call, user: User): Decision {
  const { nas, params } = call;
  nas.lockout.clear(call.address);
  // Services from 100 on are checked, but get no session (single source).
  const sid = (params.int("service") ?? 0) >= 100 ? undefined : nas.sessions.open(user.name, call.port).sid;
  const tokens = remember(call, user);
  const told = [...head(), ...accountFields(user, sid), ...deviceFields(nas), ...fields(tokens)];
  return { reply: xmlReply(nas, told), effect: kept };
}

function accountFields(user: User, sid: string | undefined): Element[] {
  return fields({
    pw_status: "0",
    authPassed: "1",
    authSid: sid,
    isAdmin: user.admin ? "1" : "0",
    userid: "1004",
    username: user.name,
    groupname: user.admin ? "administrators" : "everyone",
    user_enable: "1",
    user_account_expiry: "0",
    user_pw_change: "0",
    user_pw_expiry: "0",
    role_delegation: "0",
    auth_method: "1",
    mfa_support: "1",
  });
}

/** Elements by their names in captures (confirmed); their values beyond on and off are ours. */
function deviceFields({ profile, state }: Nas): Element[] {
  const shutdown = fields({ type: "0", timestamp: "0", duration: "0" });
  const device = fields({
    hero_model: profile.family === "hero" ? "1" : "0",
    qts_mode_type: "0",
    ts: String(Date.now()).slice(-8),
    fwNotice: "0",
    SUID: state.serialNumber,
    cuid: state.serialNumber,
    psType: "1",
    function_support: "redirect_url,passwordless_login,multi_2sv,app_privilege",
  });
  return [...device, el("shutdown_info", shutdown)];
}

/** qtoken for a later log-in without password, vtoken for one without second step. */
function remember({ params }: Call, user: User): Record<string, string | undefined> {
  if (params.text("remme") === "1") user.qtoken = newToken();
  if (params.text("remme") === "0") delete user.qtoken;
  if (params.text("gen_client_id") === "1") user.clientId = newToken();
  const trusted = user.clientId !== undefined && params.text("dont_verify_2sv_again") === "1";
  if (trusted) user.vtoken = newToken();
  const qtoken = params.text("remme") === "1" ? user.qtoken : undefined;
  return { qtoken, client_id: user.clientId, vtoken: trusted ? user.vtoken : undefined };
}
