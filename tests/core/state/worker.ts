/** What a second process does in the tests of the state: `node worker.ts <command> <state folder> <name> <count>`. */
import { Catalogue } from "../../../ts-core/state/catalogue.ts";
import { Leases } from "../../../ts-core/state/leases.ts";
import { Secrets } from "../../../ts-core/state/secrets.ts";
import { Settings } from "../../../ts-core/state/settings.ts";

const [command = "", folder = "", name = "", count = "1"] = process.argv.slice(2);
const numbers = Array.from({ length: Number(count) }, (_, i) => i);

const commands: Record<string, () => Promise<unknown>> = {
  hold: async () => {
    const lease = await new Leases(folder).tryTake(name, `worker ${process.pid}`);
    // A lease does not keep a process alive; this does.
    setInterval(() => undefined, 1_000);
    return lease ? "held" : "refused";
  },
  record: async () => {
    const catalogue = new Catalogue(folder);
    for (const i of numbers)
      await catalogue.add("6e0", {
        type: "clone",
        name: `${name}-${i}`,
        operationId: "x".repeat(i % 50),
        nasSerial: "Q1",
        sourceNaa: "6e1",
        sourceSnapshot: "1",
      });
  },
  store: async () => {
    const settings = new Settings(folder, new Leases(folder));
    for (const i of numbers)
      await settings.putNas({
        name: `${name}-${i}`,
        port: 443,
        scheme: "https",
        userName: "admin",
        sealedPassword: "",
      });
  },
  mark: async () => new Secrets(folder).mark("same"),
};

const told = await commands[command]?.();
if (told !== undefined) console.log(told);
if (command !== "hold") process.exit(0);
