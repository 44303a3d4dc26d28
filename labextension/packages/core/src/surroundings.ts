/** What lies around the transport: a socket, a clock, chance, timers and the page's own life. */

/** What the transport needs of a WebSocket; the browser's own has it. */
export interface SocketLike {
  send(data: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason?: string }) => void) | null;
}

/** The page's surroundings, so that tests bring their own. */
export interface Surroundings {
  connect(url: string): SocketLike;
  now(): number;
  random(): number;
  later(work: () => void, ms: number): () => void;
  id(): string;
  /** Whether the server answers that address and refuses who asks: a failed WebSocket does not say. */
  isRefused(url: string): Promise<boolean>;
  /** Call `work` when the page is shown again, or its network is back; returns what ends that. */
  onWake(work: () => void): () => void;
}

/** The browser's own surroundings; `onWake` is the page's, which this package does not know. */
export function browser(onWake: Surroundings["onWake"]): Surroundings {
  return {
    connect: (url) => new WebSocket(url) as unknown as SocketLike,
    now: () => performance.now(),
    random: () => Math.random(),
    later: (work, ms) => {
      const timer = setTimeout(work, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    // `crypto.randomUUID` is missing where a page comes over plain http from another machine
    id: () => crypto.getRandomValues(new Uint32Array(4)).reduce((text, each) => text + each.toString(36), ""),
    isRefused: async (url) => {
      try {
        const { status } = await fetch(url, { cache: "no-store", redirect: "manual" });
        return status === 401 || status === 403;
      } catch {
        return false;
      }
    },
    onWake,
  };
}
