import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultName, ref, SoapClient, serviceInstance } from "./vcenter/soapClient.ts";
import { type SimulatedVcenter, startVcenter } from "./vcenter/start.ts";

let vcenter: SimulatedVcenter;
beforeAll(async () => {
  vcenter = await startVcenter({ vms: 5, hosts: 2 });
});
afterAll(() => vcenter.stop());

const manager = ref("SessionManager", "SessionManager");

async function loggedIn(): Promise<SoapClient> {
  const client = new SoapClient(vcenter.url);
  await client.login(vcenter.user, vcenter.password);
  return client;
}

test("content is told to anybody, everything else to sessions only", async () => {
  const client = new SoapClient(vcenter.url);
  const [content] = await client.call("RetrieveServiceContent", serviceInstance);
  expect(content.about).toMatchObject({ apiType: "VirtualCenter", version: "8.0.2", apiVersion: "8.0.2.0" });
  expect(await faultName(client.all("VirtualMachine", ["name"]))).toBe("NotAuthenticated");
  const { status, text } = await client.post("Logout", manager);
  expect(status).toBe(500);
  expect(text).toContain('<NotAuthenticatedFault xmlns="urn:vim25" xsi:type="NotAuthenticated">');
  client.close();
});

test("a wrong password is refused, the right one gives a session that ends with the log-out", async () => {
  const client = new SoapClient(vcenter.url);
  expect(await faultName(client.login(vcenter.user, "wrong"))).toBe("InvalidLogin");
  const [session] = await client.login(vcenter.user, vcenter.password);
  expect((await client.get(manager, "currentSession")).currentSession.key).toBe(session.key);
  await client.call("Logout", manager);
  expect(await faultName(client.get(manager, "currentSession"))).toBe("NotAuthenticated");
  client.close();
});

test("an idle session ends, and all sessions when told so", async () => {
  const client = await loggedIn();
  await vcenter.settings({ sessionSeconds: 0 });
  expect(await faultName(client.get(manager, "currentSession"))).toBe("NotAuthenticated");
  await vcenter.settings({ sessionSeconds: 1800 });
  await client.login(vcenter.user, vcenter.password);
  await vcenter.expireSessions();
  expect(await faultName(client.get(manager, "currentSession"))).toBe("NotAuthenticated");
  client.close();
});

test("the thumbprint is that of the certificate", async () => {
  const { hostname, port } = new URL(vcenter.url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await new Promise((resolve) => socket.once("secureConnect", resolve));
  expect(socket.getPeerCertificate().fingerprint256).toBe(vcenter.thumbprint);
  socket.destroy();
});

test("properties come in pages, and a token is good for one", async () => {
  const client = await loggedIn();
  const vms = await client.all("VirtualMachine", ["name"], 2);
  expect(vms.map(({ props }) => props.name)).toEqual(["vm001", "vm002", "vm003", "vm004", "vm005"]);
  expect(vms.map(({ pages }) => pages)).toEqual([1, 1, 2, 2, 3]);
  const again = client.call(
    "ContinueRetrievePropertiesEx",
    ref("PropertyCollector", "propertyCollector"),
    "<token>2-x</token>",
  );
  expect(await faultName(again)).toBe("InvalidArgument");
  client.close();
});

test("a property that does not exist and an object that is gone are faults", async () => {
  const client = await loggedIn();
  expect(await faultName(client.get(await client.vm("vm001"), "config.nonsense"))).toBe("InvalidProperty");
  expect(await faultName(client.get(ref("VirtualMachine", "vm-0"), "name"))).toBe("ManagedObjectNotFound");
  expect(await faultName(client.call("PowerOnVM_Task", ref("VirtualMachine", "vm-0")))).toBe("ManagedObjectNotFound");
  client.close();
});

test("requests are counted and stamped by method", async () => {
  const client = await loggedIn();
  await vcenter.reset();
  await client.call("CurrentTime", serviceInstance);
  expect(await vcenter.counts()).toEqual({ CurrentTime: 1 });
  const [request] = await vcenter.requests();
  expect(request).toMatchObject({ n: 1, method: "CurrentTime", status: 200 });
  expect(request?.outMs).toBeGreaterThanOrEqual(request?.inMs ?? Infinity);
  client.close();
});

test("CreateSnapshotEx_Task is missing before 6.5", async () => {
  const old = await startVcenter({ vms: 1, apiVersion: "6.0" });
  const client = new SoapClient(old.url);
  await client.login(old.user, old.password);
  const vm = await client.vm("vm001");
  const args = "<name>s</name><memory>false</memory>";
  expect(await faultName(client.task("CreateSnapshotEx_Task", vm, args))).toBe("MethodNotFound");
  expect(await faultName(client.task("CreateSnapshot_Task", vm, `${args}<quiesce>false</quiesce>`))).toBe("none");
  client.close();
  await old.stop();
});
