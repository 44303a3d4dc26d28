/** A list of messages, newest first, as Open WebUI's clients show it. */
export interface Row {
  id?: string;
  user_id?: string;
  /** The root of the thread that it stands in. */
  parent_id?: string | null;
  /** Names a message that is on its way. */
  temp_id?: string | null;
  /** Nanoseconds. */
  created_at?: number;
  updated_at?: number;
  [name: string]: unknown;
}

export const MAX_ROWS = 1000;

/** Messages by creation, newest first; those that the server has not confirmed stand on top. */
export class Rows {
  rows: Row[] = [];

  /** `page` is newest first; of more than `limit` messages the oldest go first. */
  constructor(
    page: readonly Row[] = [],
    private readonly limit = MAX_ROWS,
  ) {
    for (const row of [...page].reverse()) {
      this.add(row);
    }
  }

  /** Show a message that is on its way under its `temp_id`. */
  post(row: Row): void {
    this.rows = [row, ...this.rows.filter((each) => (each.temp_id ?? null) !== (row.temp_id ?? null))];
  }

  /** What is still on its way. */
  unconfirmed(): Row[] {
    return this.rows.filter(isUnconfirmed);
  }

  /** Show a message, in the place of itself or of the one on its way that it was. */
  add(message: Row): void {
    const temp = message.temp_id ?? null;
    const kept = this.rows.filter((each) => each.id !== message.id && (temp === null || each.temp_id !== temp));
    const row = plain(message);
    const place = kept.findIndex((each) => !isUnconfirmed(each) && (each.created_at ?? 0) <= (row.created_at ?? 0));
    kept.splice(place < 0 ? kept.length : place, 0, row);
    this.rows = kept.slice(0, this.limit);
  }

  /** Show a message as it is now, if it is shown; what is older than that is ignored. */
  replace(message: Row): void {
    const place = this.rows.findIndex((row) => row.id === message.id && !isUnconfirmed(row));
    if (place >= 0 && (message.updated_at ?? 0) >= (this.rows[place]?.updated_at ?? 0)) {
      this.rows = this.rows.with(place, plain(message));
    }
  }

  /** Show a message no more. */
  remove(id: string | undefined): void {
    this.rows = this.rows.filter((row) => row.id !== id);
  }
}

/** A message without what only its event has. */
function plain(message: Row): Row {
  return Object.fromEntries(Object.entries(message).filter(([name]) => name !== "temp_id" && name !== "name"));
}

function isUnconfirmed(row: Row): boolean {
  return (row.temp_id ?? null) !== null;
}
