import { randomUUID } from "node:crypto";
import { Bonjour, type Service } from "bonjour-service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Announcement, announce } from "./nas/mdns.ts";

const loopback: object = { interface: "127.0.0.1", bind: "0.0.0.0" };
let searcher: Bonjour;
let nas: Announcement;
const announced: { stop(): Promise<void> }[] = [];

beforeEach(() => {
  searcher = new Bonjour(loopback);
  nas = {
    name: `NAS-${randomUUID().slice(0, 8)}`,
    port: 8080,
    accessType: "https",
    accessPort: 443,
    model: "TS-X53D",
    displayModel: "TS-453D",
    fwVer: "5.2.7",
    fwBuildNum: "20251024",
    serialNum: "Q000I00001",
  };
});

afterEach(async () => {
  for (const announcement of announced.splice(0)) await announcement.stop();
  await new Promise((done) => searcher.destroy(done));
});

async function start(announcement: Announcement): Promise<{ stop(): Promise<void> }> {
  const started = await announce(announcement);
  announced.push(started);
  return started;
}

const seen = (event: "up" | "down"): Promise<Service> =>
  new Promise((found) => {
    const browser = searcher.find({ type: "qdiscover" });
    browser.on(event, (service: Service) => service.name === nas.name && found(service));
  });

/** bonjour-service keeps the TXT record's strings as they came, outside its types. */
const txtStrings = (service: Service): string[] => (service as Service & { rawTxt: Buffer[] }).rawTxt.map(String);

test("a search finds the NAS with one TXT string, its web port and the address it listens on", async () => {
  const search = seen("up");
  await start(nas);
  const found = await search;
  expect(txtStrings(found)).toEqual([
    "accessType=https,accessPort=443,model=TS-X53D,displayModel=TS-453D,fwVer=5.2.7,fwBuildNum=20251024,serialNum=Q000I00001",
  ]);
  expect(found).toMatchObject({ port: 8080, host: `${nas.name}.local`, addresses: ["127.0.0.1"] });
});

test("a search that starts later finds it as well, without a serial number where there is none", async () => {
  delete nas.serialNum;
  await start(nas);
  expect(txtStrings(await seen("up"))[0]).toMatch(/,fwBuildNum=20251024$/);
});

test("split sends each pair as a string of its own", async () => {
  await start({ ...nas, split: true });
  expect(txtStrings(await seen("up"))).toEqual([
    "accessType=https",
    "accessPort=443",
    "model=TS-X53D",
    "displayModel=TS-453D",
    "fwVer=5.2.7",
    "fwBuildNum=20251024",
    "serialNum=Q000I00001",
  ]);
});

test("stop says goodbye", async () => {
  const announcement = await start(nas);
  const gone = seen("down");
  await seen("up");
  await announcement.stop();
  expect((await gone).name).toBe(nas.name);
});
