import { lunOfVolume, placesOf, snapshotsOf, volumeOf } from "../model/find.ts";
import { gib } from "../model/state.ts";
import type { Nas } from "../nas.ts";

const escapeHtml = (text: unknown): string => String(text).replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

function table(title: string, head: string[], rows: unknown[][]): string {
  const cells = (tag: string, row: unknown[]) => row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("");
  const body = rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n");
  return `<h2>${title} (${rows.length})</h2><table><tr>${cells("th", head)}</tr>\n${body}</table>`;
}

/** What a person sees who looks at the simulator. */
export function page(nas: Nas): string {
  const { state, clock, profile } = nas;
  const luns = state.luns.map((lun) => {
    const { volumeId, sizeBytes } = volumeOf(nas, lun);
    const places = placesOf(nas, lun.lunIndex).map(
      ({ target, mapping }) => `${target.name}:${mapping.lunNumber}${mapping.enabled ? "" : " (disabled)"}`,
    );
    return [
      lun.lunIndex,
      lun.name,
      `${sizeBytes / gib} GiB`,
      lun.naa,
      lun.status,
      places.join(", "),
      snapshotsOf(nas, volumeId).length,
    ];
  });
  const snapshots = state.snapshots.slice(-500).map((snapshot) => {
    const lun = lunOfVolume(nas, snapshot.volumeId)?.name ?? "";
    const expiry = snapshot.expireMin > 0 ? `${snapshot.expireMin} min` : "";
    return [
      snapshot.snapshotId,
      snapshot.name,
      lun,
      clock.ctime(snapshot.createdAtMs),
      snapshot.vital,
      expiry,
      snapshot.status,
    ];
  });
  const sessions = nas.sessions.list().map(({ user, port, openedAtMs }) => [user, port, clock.stamp(openedAtMs)]);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(state.hostname)}</title>
<style>body{font:14px system-ui;margin:2em}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:2px 8px;text-align:left}</style>
<h1>${escapeHtml(state.hostname)}: simulated ${escapeHtml(profile.model.display)}, ${escapeHtml(profile.firmware.name)} ${escapeHtml(profile.firmware.version)}</h1>
<p>NAS clock: ${escapeHtml(clock.stamp(clock.now()))}</p>
${table("LUNs", ["index", "name", "size", "NAA", "status", "targets", "snapshots"], luns)}
${table("Snapshots", ["id", "name", "LUN", "created", "vital", "expires", "status"], snapshots)}
${table("Sessions", ["user", "port", "since"], sessions)}
</html>`;
}
