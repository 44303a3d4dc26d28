/** Who hears which event (seed 000, "EventAdapter"). */
export type Payload = Record<string, unknown>;
export type Handler = (payload: Payload) => void;

interface Entry {
  readonly handler: Handler;
  readonly isOnce: boolean;
}

/**
 * Handlers by event, called in the order in which they came. One that throws is reported to the
 * console and keeps nobody else from hearing.
 */
export class EventAdapter {
  private readonly handlers = new Map<string, Entry[]>();

  on(event: string, handler: Handler): void {
    this.add(event, { handler, isOnce: false });
  }

  once(event: string, handler: Handler): void {
    this.add(event, { handler, isOnce: true });
  }

  /** Forget a handler, or all of an event; one that is not there is no error. */
  off(event: string, handler?: Handler): void {
    this.keep(event, (entry) => handler !== undefined && entry.handler !== handler);
  }

  emit(event: string, payload: Payload): void {
    for (const entry of [...(this.handlers.get(event) ?? [])]) {
      if (entry.isOnce) {
        this.keep(event, (each) => each !== entry);
      }
      try {
        entry.handler(payload);
      } catch (error) {
        console.error(`A handler of ${event} failed`, error);
      }
    }
  }

  private add(event: string, entry: Entry): void {
    this.handlers.set(event, [...(this.handlers.get(event) ?? []), entry]);
  }

  private keep(event: string, accept: (entry: Entry) => boolean): void {
    const kept = (this.handlers.get(event) ?? []).filter(accept);
    if (kept.length > 0) {
      this.handlers.set(event, kept);
    } else {
      this.handlers.delete(event);
    }
  }
}
