/** What was asked of the server and is not answered yet. */
import type { Payload } from "./eventAdapter";
import { first } from "./room";

export const MAX_WAITING = 1000;

/** The server's refusal, or why there is no answer. */
export class RequestError extends Error {
  override readonly name = "RequestError";

  constructor(
    message: string,
    readonly code: string,
    /** Whether the same may work later. */
    readonly retry: boolean,
  ) {
    super(message);
  }
}

export type Kind = "join" | "send" | "logs";

interface Request {
  readonly kind: Kind;
  readonly payload: Payload;
  readonly answer: Promise<Payload>;
  readonly resolve: (answer: Payload) => void;
  readonly reject: (error: RequestError) => void;
}

/** Requests by what their answers name; bounded, policy: refuse. */
export class Waiting {
  private readonly requests = new Map<string, Request>();

  constructor(private readonly limit = MAX_WAITING) {}

  has(kind: Kind, name: string): boolean {
    return this.requests.has(keyOf(kind, name));
  }

  /** The answer to a request; who asks the same twice gets the same. */
  add(kind: Kind, name: string, payload: Payload, timeoutMs: number): Promise<Payload> {
    const key = keyOf(kind, name);
    const known = this.requests.get(key);
    if (known) {
      return known.answer;
    }
    if (this.requests.size >= this.limit) {
      const message = `${String(this.limit)} requests wait for the server already; this one was not sent.`;
      return Promise.reject(new RequestError(message, "outbox_full", true));
    }
    const { promise, resolve, reject } = deferred<Payload>();
    const timer = setTimeout(() => {
      reject(new RequestError(`The server has not answered in ${String(timeoutMs)} ms.`, "disconnected", true));
    }, timeoutMs);
    const answer = promise.finally(() => {
      clearTimeout(timer);
      this.requests.delete(key);
    });
    this.requests.set(key, { kind, payload, answer, resolve, reject });
    return answer;
  }

  /** What was asked of this kind and has no answer, in its order. */
  again(kind: Kind): Payload[] {
    return [...this.requests.values()].filter((each) => each.kind === kind).map((each) => each.payload);
  }

  /** Take an answer; one that nobody waits for is no error. */
  settle(kind: Kind, name: unknown, answer: Payload): void {
    this.requests.get(keyOf(kind, String(name)))?.resolve(answer);
  }

  /**
   * Take a `messageError`. One about the log names nothing, and older servers never do: then it is
   * the log's, or the only one that waits.
   */
  refuse(payload: Payload): void {
    const { clientMessageId, channelId } = payload;
    const named = [keyOf("send", String(clientMessageId)), keyOf("join", String(channelId))];
    const found = named.map((key) => this.requests.get(key)).find((each) => each !== undefined);
    const isNameless = !clientMessageId && !channelId;
    (found ?? (isNameless ? this.nameless() : undefined))?.reject(refusal(payload));
  }

  /** Tell everybody who waits that no answer will come. */
  fail(message: string): void {
    for (const request of this.requests.values()) {
      request.reject(new RequestError(message, "disconnected", true));
    }
  }

  private nameless(): Request | undefined {
    const all = [...this.requests.values()];
    return all.find((each) => each.kind === "logs") ?? (all.length === 1 ? first(all) : undefined);
  }
}

function keyOf(kind: Kind, name: string): string {
  return `${kind}:${name}`;
}

function refusal(payload: Payload): RequestError {
  const { error, code, retry } = payload;
  const message = typeof error === "string" ? error : "The server refused.";
  return new RequestError(message, typeof code === "string" ? code : "error", retry === true);
}

function deferred<Value>(): {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (error: Error) => void;
} {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
