import type { Call } from "../http/call.ts";
import type { Decision } from "../http/route.ts";
import { systemBlock, xmlReply } from "./answer.ts";
import { login } from "./login.ts";
import { el, fields } from "./xml.ts";

/** authLogin.cgi: log in, say who a sid is, or describe the NAS to anybody. */
export function authLogin(call: Call): Decision {
  if (call.params.has("user")) return login(call);
  if (call.params.has("sid")) return whoAmI(call);
  return describe(call);
}

function whoAmI(call: Call): Decision {
  const { nas, params } = call;
  const user = nas.state.users.find((other) => other.name === nas.sessions.use(params.text("sid"))?.user);
  if (!user) return { reply: xmlReply(nas, [el("authPassed", "0"), ...fields({ errorValue: "-1", username: "" })]) };
  const who = fields({
    authPassed: "1",
    user: user.name,
    username: user.name,
    groupname: user.admin ? "administrators" : "everyone",
    userid: "1004",
    userType: "local",
    isAdmin: user.admin ? "1" : "0",
    modelName: nas.profile.model.name,
  });
  return { reply: xmlReply(nas, [...who, ...systemBlock(nas)]) };
}

/** What is told without a session differs by firmware; sources contradict. */
function describe({ nas }: Call): Decision {
  const stunnel = fields({ stunnelEnabled: "1", stunnelPort: String(nas.httpsPort) });
  const common = fields({ doQuick: "", is_booting: "0", mediaReady: "1", authPassed: "0" });
  const model = nas.quirks.get("anonymousDescribe") === "full" ? systemBlock(nas) : [];
  return { reply: xmlReply(nas, [...common, ...model, ...stunnel]) };
}

/** authLogout.cgi: the sid is dead afterwards (confirmed), with or without logout=1. */
export function authLogout({ nas, params }: Call): Decision {
  const sid = params.text("sid");
  const known = nas.sessions.use(sid) !== undefined;
  const reply = xmlReply(nas, [el("authPassed", known ? "1" : "0")]);
  return { reply, effect: async () => nas.sessions.close(sid) };
}
