import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTags } from "../../../ts-core/vmware/tags.ts";
import { VCenter } from "../../../ts-core/vmware/vcenter.ts";
import { issue } from "../net/tlsServer.ts";

/** The simulator has no REST API; these answers are as VMware documents them. */
const tags: Record<string, string> = { "urn:vmomi:InventoryServiceTag:1:GLOBAL": "Gold" };
const asked: string[] = [];
let vcenter: VCenter;
let wrong: VCenter;
let stop: () => void;

beforeAll(async () => {
  const { key, cert, fingerprint } = await issue("vcsa.lab", { addresses: ["127.0.0.1"] });
  const server = createServer({ key, cert }, (request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    asked.push(`${request.method} ${path}`);
    const say = (value: unknown, status = 200) => response.writeHead(status).end(JSON.stringify({ value }));
    const known = request.headers["vmware-api-session-id"] === "s1";
    if (path.endsWith("/cis/session") && request.method === "POST") {
      const right = request.headers.authorization === `Basic ${btoa("ann:s3cret")}`;
      return right ? say("s1") : say(undefined, 401);
    }
    if (!known) return say(undefined, 401);
    if (path.includes("list-attached-tags-on-objects")) {
      const object_id = { id: "vm-2", type: "VirtualMachine" };
      return say([
        { object_id, tag_ids: Object.keys(tags) },
        { object_id: { ...object_id, id: "vm-3" }, tag_ids: [] },
      ]);
    }
    if (path.includes("/tag/id:")) return say({ name: tags[path.replace(/^.*id:/, "")] });
    return say(undefined, request.method === "DELETE" ? 200 : 404);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const trust = { kind: "Pinned" as const, fingerprint };
  const endpoint = { name: "vcsa.lab", host: "127.0.0.1", port, scheme: "https" as const, trust };
  vcenter = new VCenter(endpoint, { userName: "ann", password: "s3cret" });
  stop = () => {
    vcenter.session.http.close();
    server.close();
  };
  wrong = new VCenter(endpoint, { userName: "ann", password: "no" });
});
afterAll(() => stop());

const vms = ["vm-2", "vm-3"].map((id) => ({ type: "VirtualMachine", id }));

test("the names of the tags of each VM, and the session is ended", async () => {
  expect(await readTags(vcenter.session, vms)).toEqual(new Map([["vm-2", ["Gold"]]]));
  expect(asked.at(-1)).toMatch(/^DELETE .*session$/);
});

test("a refused log-in is told", async () => {
  await expect(readTags(wrong.session, vms)).rejects.toMatchObject({ code: "VCenterPasswordRefused" });
  wrong.session.http.close();
});
