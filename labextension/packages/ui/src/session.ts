/** The page's own transport and frames. */
import { browser, ChatSession, OutboxStore, Transport, type Frames } from "@jupyter-agentchat/core";

/** Where the server is, as the page or the kernel knows it. */
export interface Place {
  /** The Jupyter server's base URL, absolute or from the page's root. */
  baseUrl: string;
  /** Empty where a cookie serves. */
  token: string;
}

/** What Jupyter's own page says; null on a page that is none of Jupyter's. */
export function placeOfPage(): Place | null {
  const data = document.getElementById("jupyter-config-data")?.textContent;
  if (!data) {
    return null;
  }
  const config = JSON.parse(data) as { baseUrl?: string; token?: string };
  return { baseUrl: config.baseUrl ?? "/", token: config.token ?? "" };
}

/** The address of the native socket. */
export function socketUrl(place: Place): string {
  const url = new URL("agentchat/ws", new URL(place.baseUrl, document.baseURI));
  url.protocol = url.protocol.replace("http", "ws");
  if (place.token) {
    url.searchParams.set("token", place.token);
  }
  return url.href;
}

const around = browser((work) => {
  const shown = (): void => {
    if (!document.hidden) {
      work();
    }
  };
  window.addEventListener("online", work);
  window.addEventListener("pageshow", work);
  document.addEventListener("visibilitychange", shown);
  return () => {
    window.removeEventListener("online", work);
    window.removeEventListener("pageshow", work);
    document.removeEventListener("visibilitychange", shown);
  };
});

export const frames: Frames = {
  isHidden: () => document.hidden,
  frame: (work) => {
    requestAnimationFrame(work);
  },
  later: (work, ms) => around.later(work, ms),
};

/** Open a connection of its own for one channel. */
export function openSession(channel: string, place: Place): ChatSession {
  const transport = new Transport(() => socketUrl(place), around);
  const session = new ChatSession(channel, transport, () => around.id(), outboxOf(place));
  transport.open();
  return session;
}

/** Where unsent messages survive a reload of this tab; null where the page may store nothing. */
function outboxOf(place: Place): OutboxStore | null {
  try {
    return new OutboxStore(sessionStorage, new URL(place.baseUrl, document.baseURI).href);
  } catch {
    return null;
  }
}
