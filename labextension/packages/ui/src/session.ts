/** The page's own transport and frames. */
import { browser, ChatSession, Transport, type Frames } from "@jupyter-agentchat/core";

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

export const frames: Frames = {
  isHidden: () => document.hidden,
  frame: (work) => {
    requestAnimationFrame(work);
  },
  later: (work, ms) => browser().later(work, ms),
};

/** Open a connection of its own for one channel. */
export function openSession(channel: string, place: Place): ChatSession {
  const around = browser();
  const transport = new Transport(() => socketUrl(place), around);
  const session = new ChatSession(channel, transport, () => around.id());
  transport.open();
  return session;
}
