import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Unconfirmed } from "../../../ts-core/net/unconfirmed.ts";
import { everyVm, objects, retrieve, retrieveOne } from "../../../ts-core/vmware/properties.ts";
import { element } from "../../../ts-core/vmware/soap.ts";
import { issue } from "../net/tlsServer.ts";
import { snapshotNames, startLab, type VmwareLab } from "./lab.ts";

let lab: VmwareLab;
beforeAll(async () => {
  lab = await startLab({ vms: 7 });
});
afterEach(async () => {
  await lab.sim.clearFaults();
  await lab.sim.reset();
});
afterAll(() => lab.stop());

const vmNames = async (pageSize = 200) => {
  const { session } = lab.vcenter;
  const root = (await session.content()).ref("rootFolder");
  const wanted = [{ type: "VirtualMachine", paths: ["name"] }];
  return retrieve(session, wanted, everyVm(root), ({ ref }) => ref.id, { pageSize });
};

const someVm = async () => {
  const { vms } = await lab.sim.state();
  return { type: "VirtualMachine", id: vms[0]?.ref ?? "" };
};

const plainSnapshot = (name: string) => [element("name", name), element("memory", false), element("quiesce", false)];

test("a certificate other than the pinned one gets neither user nor password", async () => {
  const client = lab.connect({ fingerprint: "00".repeat(32) });
  await expect(client.session.logIn()).rejects.toMatchObject({
    code: "VCenterCertificateMismatch",
    details: { fingerprint: lab.sim.thumbprint },
  });
  expect(await lab.sim.counts()).toEqual({});
});

test("a log-in is proven, a log-out too", async () => {
  const client = lab.connect();
  await client.session.logIn();
  const { sessions } = await lab.sim.state();
  expect(await client.close()).toBe(true);
  expect((await lab.sim.state()).sessions).toBe(sessions - 1);
});

test("a refused password is tried once", async () => {
  const client = lab.connect({ password: "wrong" });
  await expect(client.session.logIn()).rejects.toMatchObject({ code: "VCenterPasswordRefused" });
  await expect(client.session.logIn()).rejects.toMatchObject({ code: "VCenterPasswordLatched" });
  expect(await lab.sim.counts()).toMatchObject({ Login: 1 });
});

test("something that is no vCenter is told, and forgotten when it is one", async () => {
  const client = lab.connect();
  await lab.sim.fault({ kind: "garble", match: { method: "RetrieveServiceContent" } });
  await expect(client.session.logIn()).rejects.toMatchObject({ code: "VCenterAnswerUnreadable" });
  await client.session.logIn();
});

test("a session that ended is renewed once for all who wait", async () => {
  await vmNames();
  await lab.sim.reset();
  await lab.sim.expireSessions();
  const answers = await Promise.all([vmNames(), vmNames(), vmNames()]);
  expect(answers.map((names) => names.length)).toEqual([7, 7, 7]);
  expect(await lab.sim.counts()).toMatchObject({ Login: 1 });
});

test("a write is repeated where the fault says that there was no session, and is done once", async () => {
  const vm = await someVm();
  await vmNames();
  await lab.sim.expireSessions();
  await lab.vcenter.run("CreateSnapshot_Task", vm, plainSnapshot("after expiry"));
  expect((await snapshotNames(lab)).filter((name) => name === "after expiry")).toHaveLength(1);
});

test("a write without an answer is unconfirmed and never sent again; a read is", async () => {
  const vm = await someVm();
  for (const kind of ["dropBefore", "dropAfter", "cut", "garble"] as const) {
    await lab.sim.reset();
    await lab.sim.fault({ kind, match: { method: "CreateSnapshot_Task" } });
    await expect(lab.vcenter.start("CreateSnapshot_Task", vm, plainSnapshot(kind))).rejects.toBeInstanceOf(Unconfirmed);
    expect((await lab.sim.counts()).CreateSnapshot_Task).toBe(1);
  }
  await lab.sim.fault({ kind: "dropBefore", match: { method: "RetrievePropertiesEx" } });
  expect(await vmNames()).toHaveLength(7);
});

test("pages are followed, also when the session ends between two", async () => {
  expect(new Set(await vmNames(3)).size).toBe(7);
  expect(await lab.sim.counts()).toMatchObject({ RetrievePropertiesEx: 1, ContinueRetrievePropertiesEx: 2 });
  await lab.sim.fault({ kind: "expireSession", match: { method: "ContinueRetrievePropertiesEx" } });
  expect(new Set(await vmNames(3)).size).toBe(7);
});

test("objects that are gone are left out", async () => {
  const { session } = lab.vcenter;
  const refs = [await someVm(), { type: "VirtualMachine", id: "vm-none" }];
  const read = await retrieve(
    session,
    [{ type: "VirtualMachine", paths: ["name"] }],
    objects(refs),
    ({ ref }) => ref.id,
  );
  expect(read).toEqual([refs[0]?.id]);
  expect(await retrieveOne(session, { type: "VirtualMachine", id: "vm-none" }, ["name"])).toBeUndefined();
});

test("a refusal tells the fault", async () => {
  const call = lab.vcenter.session.call("UnregisterVM", { type: "VirtualMachine", id: "vm-none" }, [], { write: true });
  await expect(call).rejects.toMatchObject({ code: "VCenterRefused", fault: "ManagedObjectNotFound" });
});

test("a single ESXi host is told before it gets the password", async () => {
  const { key, cert, fingerprint } = await issue("esx1.sim", { addresses: ["127.0.0.1"] });
  const asked: string[] = [];
  const about = "<about><apiVersion>8.0.2.0</apiVersion><apiType>HostAgent</apiType></about>";
  const content = `<sessionManager type="SessionManager">ha-sessionmgr</sessionManager>${about}`;
  const body = `<RetrieveServiceContentResponse><returnval>${content}</returnval></RetrieveServiceContentResponse>`;
  const server = createServer({ key, cert }, (request, response) => {
    void text(request).then((sent) => {
      asked.push(sent);
      response.end(`<Envelope><Body>${body}</Body></Envelope>`);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const { session } = lab.connect({ port, fingerprint });
  await expect(session.logIn()).rejects.toMatchObject({ code: "VCenterNotSupported" });
  expect(asked).toEqual([expect.stringContaining("RetrieveServiceContent")]);
  session.http.close();
  server.close();
});
