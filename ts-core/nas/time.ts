const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * The NAS's own clock reading as ISO 8601 without a zone, of which it tells none. Seen: ctime over CGI (two sources), date and
 * time over REST (single source), epoch seconds (expected by one source). Null for anything else.
 */
export function localTime(value: unknown): string | null {
  if (typeof value === "number") return fromEpoch(value);
  if (typeof value !== "string") return null;
  if (/^\d{9,11}$/.test(value)) return fromEpoch(Number(value));
  const [, date, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(value) ?? [];
  if (date !== undefined) return existing(`${date}T${time}`);
  const [, month, day, clock, year] = /^\w{3} (\w{3}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})$/.exec(value) ?? [];
  const number = months.indexOf(month ?? "") + 1;
  return number === 0 ? null : existing(`${year}-${two(number)}-${two(Number(day))}T${clock}`);
}

const year10000 = Date.parse("+010000-01-01T00:00:00Z") / 1000;

function fromEpoch(seconds: number): string | null {
  const isTime = Number.isSafeInteger(seconds) && seconds > 0 && seconds < year10000;
  return isTime ? new Date(seconds * 1000).toISOString().slice(0, 19) : null;
}

/** The 31st of February is no time: it would fail in whatever reads it next. */
function existing(time: string): string | null {
  const date = new Date(`${time}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(time) ? time : null;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
