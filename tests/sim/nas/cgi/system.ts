import { performance } from "node:perf_hooks";
import type { Call } from "../http/call.ts";
import type { Nas } from "../nas.ts";
import type { Answer } from "./answer.ts";
import type { CgiFunctions } from "./function.ts";
import { type Element, el, fields } from "./xml.ts";

const addresses = (nas: Nas): string[] => {
  const portals = nas.exports.backend.portals.map((portal) => portal.slice(0, portal.lastIndexOf(":")));
  return portals.length > 0 ? portals : ["127.0.0.1"];
};

const ownContent = (name: string, content: Element[]): Element =>
  el("func", [el("name", name), el("ownContent", content)]);

function interfaceFields(address: string, i: number): Element[] {
  const n = i + 1;
  return fields({
    [`ifname${n}`]: `eth${i}`,
    [`dname${n}`]: `Adapter ${n}`,
    [`eth_ip${n}`]: address,
    [`eth_mask${n}`]: "255.0.0.0",
    [`eth_mac${n}`]: `24:5E:BE:00:00:0${n}`,
    [`eth_status${n}`]: "1",
    [`eth_max_speed${n}`]: "2500",
  });
}

/** The time that a NAS shows on its own pages: local, and its zone by name. */
function clockFields(nas: Nas): Element[] {
  const upSeconds = Math.floor(performance.now() / 1000);
  const upMinutes = Math.floor(upSeconds / 60);
  return fields({
    uptime_day: Math.floor(upMinutes / 1440),
    uptime_hour: Math.floor(upMinutes / 60) % 24,
    uptime_min: upMinutes % 60,
    uptime_sec: upSeconds % 60,
    timezone: "(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    timestring: nas.clock.stamp(nas.clock.now()),
  });
}

function sysinfo(call: Call): Answer {
  const { nas, params } = call;
  if (params.text("sysHealth") === "1")
    return { own: [ownContent("sysinfo", [el("sysHealth", fields({ status: "good" }))])] };
  const names = fields({ server_name: nas.state.hostname, serial_number: nas.state.serialNumber });
  const memory = fields({ total_memory: "7803.5", free_memory: "5120.2" });
  const nics = addresses(nas).flatMap(interfaceFields);
  return { own: [ownContent("sysinfo", [el("root", [...names, ...clockFields(nas), ...memory, ...nics])])] };
}

function interfaceInfo(nas: Nas, address: string, i: number): Element {
  const [IP1, IP2, IP3, IP4] = address.split(".");
  const management = nas.profile.family === "qes" && i === 0 && addresses(nas).length > 1 ? "1" : "0";
  const ip = el("IP", fields({ IP1, IP2, IP3, IP4 }));
  return el("IPInfo", [ip, ...fields({ status: "1", isManagePort: management, interfaceSlotid: String(i) })]);
}

function netSetting({ nas }: Call): Answer {
  return {
    own: [
      ownContent(
        "net_setting",
        addresses(nas).map((address, i) => interfaceInfo(nas, address, i)),
      ),
    ],
  };
}

/** manaRequest.cgi and sysRequest.cgi: called by subfunc. */
export const systemFunctions: CgiFunctions = {
  sysinfo: { run: sysinfo },
  net_setting: { run: netSetting },
};
