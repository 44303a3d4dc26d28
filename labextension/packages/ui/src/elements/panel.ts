import {
  Pacer,
  PaintReporter,
  type ChatSession,
  type ConnectionState,
  type Message,
  unchanged,
} from "@jupyter-agentchat/core";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";

import { groups, isContinued, lastOf } from "../groups";
import { frames, openSession, placeOfPage, type Place } from "../session";
import type { AgentChatComposer } from "./composer";
import type { AgentChatMessage } from "./message";
import { connectionLine, emptyState, outgoing } from "./parts";
import { panelStyles } from "./panel-styles";
import { shared } from "./styles";

const NEAR = 24;
const QUIET_MS = 1000;

/** The chat of one channel: its messages, its live answers, and where to write. */
export class AgentChatPanel extends LitElement {
  static override properties = {
    channel: { type: String },
    place: { attribute: false },
    session: { attribute: false },
    readOnly: { type: Boolean, attribute: "read-only" },
    unseen: { state: true },
    isLost: { state: true },
    now: { state: true },
  };

  declare channel: string;
  declare place: Place | null;
  declare session: ChatSession | null;
  declare readOnly: boolean;
  declare protected unseen: number;
  declare protected isLost: boolean;
  declare protected now: number;

  static override styles = [shared, panelStyles];

  private readonly pacer = new Pacer(frames, () => {
    this.flush();
  });
  private change = unchanged();
  private painter: PaintReporter | null = null;
  /** Keeps the end in sight while the reader is there, whatever made the log grow. */
  private readonly growth = new ResizeObserver(() => {
    if (this.isPinned) {
      this.toEnd();
    }
  });
  private isPinned = true;
  private stopListening: (() => void) | null = null;
  private clock: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.channel = "lab";
    this.place = null;
    this.session = null;
    this.readOnly = false;
    this.unseen = 0;
    this.isLost = false;
    this.now = Date.now();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = setInterval(this.tick, 100);
    if (this.session) {
      this.follow(this.session);
      this.catchUp(this.session);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clock);
    this.unfollow();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("channel") || changed.has("place")) {
      const place = this.place ?? placeOfPage();
      if (place && this.session?.channel !== this.channel) {
        this.unfollow();
        this.session?.transport.close();
        this.session = openSession(this.channel, place);
        this.follow(this.session);
      }
    } else if (changed.has("session") && this.session && this.stopListening === null) {
      this.follow(this.session);
    }
  }

  protected override render(): TemplateResult {
    const { session } = this;
    const fold = session?.fold;
    const all = fold ? [...fold.messages.values()] : [];
    const out = [...(session?.outgoing.values() ?? [])];
    const isEmpty = fold != null && all.length === 0 && out.length === 0;
    return html`
      ${connectionLine(session?.transport.state ?? "disconnected", this.isLost, session?.transport.reason ?? null, this.reconnect)}
      <div class="scroll" @scroll=${this.scrolled} tabindex="0" aria-label="Messages">
        <div
          class="log"
          role="log"
          aria-live="polite"
          aria-busy=${fold && fold.live.size > 0 ? "true" : "false"}
          @agentchat-stop=${this.stop}
          @agentchat-regenerate=${this.regenerate}
        >
          ${isEmpty ? emptyState(fold.channel.default_agents ?? fold.channel.agents ?? [], this.suggest) : nothing} ${this.messages(all)}
          ${repeat(out, (each) => each.id, (each) => outgoing(each, this.retry))}
        </div>
      </div>
      ${this.unseen > 0 ? html`<button class="pill" @click=${this.toEnd}>${this.unseen} new ↓</button>` : nothing}
      ${this.readOnly ? nothing : this.composer(all)}
    `;
  }

  private messages(all: Message[]): unknown {
    return repeat(
      groups(all),
      (group) => group[0]?.id,
      (group) =>
        html`<div class=${group.length > 1 ? "together" : "alone"}>
          ${repeat(group, (each) => each.id, (each) => this.message(each, all))}
        </div>`,
    );
  }

  private composer(all: Message[]): TemplateResult {
    return html`<agentchat-composer
      .draftKey=${`agentchat:draft:${this.channel}`}
      .isLive=${(this.session?.fold?.live.size ?? 0) > 0}
      .blocked=${this.session?.transport.reason ?? ""}
      .last=${lastOf(all, this.session?.transport.welcome?.user.id)}
      @agentchat-send=${this.send}
      @agentchat-stop=${this.stop}
    ></agentchat-composer>`;
  }

  protected override firstUpdated(): void {
    const log = this.renderRoot.querySelector(".log");
    if (log) {
      this.growth.observe(log);
    }
  }

  private message(message: Message, all: Message[]): TemplateResult {
    const fold = this.session?.fold;
    const live = message.stream ? (fold?.live.get(message.stream) ?? null) : null;
    const before = all[all.indexOf(message) - 1];
    return html`<agentchat-message
      data-id=${message.id}
      .message=${message}
      .live=${live}
      .timing=${message.stream ? this.session?.timings.get(message.stream) : undefined}
      .continued=${isContinued(before, message)}
      .several=${(fold?.live.size ?? 0) > 1}
      .now=${live?.text === "" ? this.now : Math.floor(this.now / 30_000) * 30_000}
      .readOnly=${this.readOnly}
    ></agentchat-message>`;
  }

  private follow(session: ChatSession): void {
    this.painter = new PaintReporter(session.channel, session.transport, frames);
    const stops = [
      session.listen((change) => {
        this.change.structure ||= change.structure;
        change.messages.forEach((id) => this.change.messages.add(id));
        this.change.chunk = change.chunk ?? this.change.chunk;
        this.change.firsts.push(...change.firsts);
        this.pacer.request();
      }),
      session.transport.listen(this.stateChanged),
    ];
    this.stateChanged(session.transport.state);
    this.stopListening = () => {
      stops.forEach((stop) => { stop(); });
    };
  }

  /** Show what came while the element was out of the page: notebooks take far cells out. */
  private catchUp(session: ChatSession): void {
    this.change = { ...unchanged(), structure: true, messages: new Set(session.fold?.messages.keys()) };
    this.pacer.request();
  }

  private unfollow(): void {
    this.stopListening?.();
    this.stopListening = null;
  }

  private readonly stateChanged = (state: ConnectionState): void => {
    this.requestUpdate();
    this.isLost &&= state !== "connected";
    setTimeout(() => {
      this.isLost = this.session?.transport.state !== "connected";
    }, QUIET_MS);
  };

  /** Put what has arrived on the screen: grown texts alone, or everything where more changed. */
  private flush(): void {
    const { structure, messages, chunk, firsts } = this.change;
    this.change = unchanged();
    if (!this.isPinned && structure) {
      this.unseen = [...(this.session?.fold?.messages.values() ?? [])].filter((each) => each.seq > this.seenSeq).length;
    }
    if (structure) {
      this.requestUpdate();
    }
    const done = (): void => {
      for (const id of messages) {
        this.renderRoot.querySelector<AgentChatMessage>(`agentchat-message[data-id="${CSS.escape(id)}"]`)?.grow();
      }
      this.painter?.shown(chunk, firsts);
    };
    if (structure) {
      void this.updateComplete.then(done);
    } else {
      done();
    }
  }

  private seenSeq = 0;

  private readonly reconnect = (): void => { this.session?.transport.open(); };

  private readonly tick = (): void => {
    const live = [...(this.session?.fold?.live.values() ?? [])];
    const now = Date.now();
    if (live.some((each) => each.text === "") || now - this.now > 30_000) {
      this.now = now;
    }
  };

  private readonly scrolled = (event: Event): void => {
    const box = event.currentTarget as HTMLElement;
    this.isPinned = box.scrollHeight - box.scrollTop - box.clientHeight <= NEAR;
    if (this.isPinned) {
      this.unseen = 0;
    } else {
      const seqs = [...(this.session?.fold?.messages.values() ?? [])].map((each) => each.seq);
      this.seenSeq = this.unseen > 0 ? this.seenSeq : Math.max(0, ...seqs);
    }
  };

  private readonly toEnd = (): void => {
    this.isPinned = true;
    this.renderRoot.querySelector(".scroll")?.scrollTo({ top: 1e9 });
  };

  private readonly send = (event: CustomEvent<string>): void => {
    this.isPinned = true;
    void this.session?.send(event.detail);
  };

  private readonly stop = (event: CustomEvent<string | null>): void => {
    event.stopPropagation();
    void this.session?.stop(event.detail ?? undefined);
  };

  private readonly regenerate = (event: CustomEvent<string>): void => {
    void this.session?.regenerate(event.detail);
  };

  private readonly suggest = (text: string): void => {
    void this.session?.send(text);
  };

  private readonly retry = (id: string, text: string): void => {
    this.session?.discard(id);
    this.renderRoot.querySelector<AgentChatComposer>("agentchat-composer")?.fill(text);
  };
}
