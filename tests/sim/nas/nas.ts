import type { Clock } from "./clock.ts";
import type { Effects } from "./effects.ts";
import type { Exports } from "./exports.ts";
import type { Files } from "./files.ts";
import type { Background } from "./model/background.ts";
import type { Lockout } from "./model/lockout.ts";
import type { Sessions } from "./model/sessions.ts";
import type { State } from "./model/state.ts";
import type { Turns } from "./model/turns.ts";
import type { Profile, ProfileName } from "./profiles.ts";
import type { Quirks } from "./quirks.ts";

/** One simulated NAS; every part works on this. */
export interface Nas {
  profileName: ProfileName;
  profile: Profile;
  quirks: Quirks;
  clock: Clock;
  state: State;
  effects: Effects;
  files: Files;
  exports: Exports;
  sessions: Sessions;
  lockout: Lockout;
  background: Background;
  turns: Turns;
  httpsPort: number;
  /** Resolves when the state is on disk. */
  save(): Promise<void>;
}
