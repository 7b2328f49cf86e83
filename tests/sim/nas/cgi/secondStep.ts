import { randomInt } from "node:crypto";
import type { Call } from "../http/call.ts";
import type { User } from "../model/state.ts";
import { totpMatches } from "./totp.ts";
import { type Element, fields } from "./xml.ts";

/** What is still missing: nothing, elements that ask for it, or "wrong" when what was given does not fit. */
export function secondStep(call: Call, user: User): undefined | "wrong" | Element[] {
  const { nas, params } = call;
  if (user.totpSecret === undefined) return nas.quirks.get("forceTwoStep") ? fields({ force_2sv: "1" }) : undefined;
  if (isTrusted(call, user)) return undefined;
  if (params.has("security_code")) return codeFits(call, user, user.totpSecret) ? undefined : "wrong";
  if (params.has("security_answer"))
    return params.text("security_answer") === user.securityAnswer ? undefined : "wrong";
  return [...ask(call), ...otherWays(call, user)];
}

function isTrusted({ params }: Call, user: User): boolean {
  const known = user.vtoken !== undefined && params.text("vtoken") === user.vtoken;
  return known && params.text("client_id") === user.clientId;
}

function codeFits({ nas, params }: Call, user: User, secret: string): boolean {
  const code = params.text("security_code");
  const mailed = user.mailedCode !== undefined && code === user.mailedCode;
  if (mailed) delete user.mailedCode;
  return mailed || totpMatches(secret, code, nas.clock.now());
}

function ask({ nas, params }: Call): Element[] {
  const field = nas.quirks.get("twoStepField");
  return fields({
    [field]: "1",
    lost_phone: String(nas.quirks.get("lostPhone")),
    security_code_length: "6",
    security_code_en: "1",
    emergency_try_count: "0",
    emergency_try_limit: "5",
    timestring: nas.clock.stamp(nas.clock.now()),
    username: params.text("user"),
  });
}

/** By e-mail (the control API shows the code) or by the security question. */
function otherWays({ nas, params }: Call, user: User): Element[] {
  const offered = nas.quirks.get("lostPhone");
  if (params.text("send_mail") === "1") {
    if (offered === 1) user.mailedCode = String(randomInt(10_000_000, 100_000_000));
    return fields({ send_result: offered === 1 ? "1" : "0" });
  }
  if (params.text("get_question") !== "1") return [];
  return fields({ security_question_no: "1", security_question_text: "What was the name of your first pet?" });
}
