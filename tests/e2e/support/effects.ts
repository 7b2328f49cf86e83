import type { ProfileName } from "../../sim/nas/profiles.ts";
import { type ChangeName, changes } from "./changes.ts";
import type { Labs } from "./labs.ts";

const changing = /^(create_|del_|clone_|recover_|edit_|remove_|add_|POST|PUT|DELETE)/;

/** The requests of a clean run that change something, by the simulator's own account and in order. */
export function effectsOf(labs: Labs, profile: ProfileName, name: ChangeName): Promise<string[]> {
  return labs.use(profile, async (lab) => {
    const core = await lab.connect();
    const { method, params } = await changes[name](lab, core);
    await lab.nas.reset();
    await core.call(method, params);
    await core.stop();
    return (await lab.nas.requests()).map(({ func }) => func).filter((func) => changing.test(func));
  });
}
