/** The history of a room over REST, as far back as something may have been missed. */
import type { Payload } from "./eventAdapter";
import { createdMs } from "./stored";

export const PAGE = 100;
export const MAX_PAGES = 20;

export interface Missed {
  /** Messages, newest first. */
  readonly rows: Payload[];
  /** Whether those are all; none comes of a server that does not answer. */
  readonly isWhole: boolean;
}

export async function missed(
  fetched: typeof fetch,
  url: string,
  token: string,
  room: string,
  sinceMs: number,
): Promise<Missed> {
  const headers: HeadersInit = token === "" ? {} : { Authorization: `token ${token}`, "X-API-KEY": token };
  const path = `${url}api/messaging/channels/${encodeURIComponent(room)}/messages?limit=${String(PAGE)}`;
  const rows = new Map<unknown, Payload>();
  let before = "";
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const found = await read(fetched, path + before, headers);
    if (found === null) {
      return { rows: [...rows.values()], isWhole: false };
    }
    const fresh = found.filter((row) => !rows.has(row["id"]));
    for (const row of fresh) {
      rows.set(row["id"], row);
    }
    const oldest = Math.min(...fresh.map(createdMs));
    if (fresh.length === 0 || oldest < sinceMs) {
      return { rows: [...rows.values()], isWhole: true };
    }
    // several messages may share the millisecond at which a page ends
    before = `&before=${String(oldest + 1)}`;
  }
  return { rows: [...rows.values()], isWhole: false };
}

async function read(fetched: typeof fetch, address: string, headers: HeadersInit): Promise<Payload[] | null> {
  try {
    const response = await fetched(address, { headers, credentials: "include" });
    const body = (await response.json()) as { data?: { messages?: Payload[] } };
    return response.ok ? (body.data?.messages ?? null) : null;
  } catch {
    return null;
  }
}
