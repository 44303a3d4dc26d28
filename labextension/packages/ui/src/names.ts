/** How participants and instants are shown. */

/** One or two letters for a mark. */
export function initials(name: string): string {
  const words = name.trim().split(/[\s_.:@-]+/u).filter(Boolean);
  const letters = words.slice(0, 2).map((word) => String.fromCodePoint(word.codePointAt(0) ?? 63));
  return letters.join("").toLocaleUpperCase() || "?";
}

/** A hue that belongs to an id, the same in every face. */
export function hue(id: string): number {
  let hash = 2166136261;
  for (const letter of id) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619);
  }
  return (hash >>> 0) % 360;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "now", "5 min", "3 h" or a date; `micros` is the server's wall clock. */
export function relative(micros: number, nowMs: number): string {
  const age = nowMs - micros / 1000;
  if (age < MINUTE) {
    return "now";
  }
  if (age < HOUR) {
    return `${String(Math.floor(age / MINUTE))} min`;
  }
  if (age < DAY) {
    return `${String(Math.floor(age / HOUR))} h`;
  }
  return new Date(micros / 1000).toLocaleDateString();
}

/** The whole date and time, for the tooltip. */
export function absolute(micros: number): string {
  return new Date(micros / 1000).toLocaleString();
}
