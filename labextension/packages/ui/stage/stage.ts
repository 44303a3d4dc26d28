/**
 * A stage for looking at the panel: each state as users meet it, without a server.
 *
 * `docs/generate/screenshots.py` bundles it, opens it in Chromium and takes the pictures.
 */
import { ChatSession, Transport, type Message, type SocketLike, type Snapshot } from "@jupyter-agentchat/core";

import "../src/index";

class StageSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(): void {
    // Nobody listens on a stage.
  }
  close(): void {
    // It never ends either.
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const NOW = Date.now() * 1000;
const MINUTE = 60e6;
const user = { id: "ann", kind: "user", name: "Ann Lee" } as const;
let count = 0;

function said(text: string, more: Partial<Message> = {}): Message {
  const seq = ++count;
  return { id: `m${String(seq)}`, channel: "lab", seq, author: user, text, created_at: NOW - 9 * MINUTE + seq * 1e6, status: "complete", ...more };
}

function answered(name: string, text: string, more: Partial<Message> = {}): Message {
  return said(text, { author: { id: name, kind: "agent", name }, stream: `s${String(count + 1)}`, reply_to: `m${String(count)}`, ...more });
}

const CODE = "Here is the median gap per stream:\n\n```python\nimport jupyter_agentchat as ac\n\nlog = ac.connect().log(\"lab\")\nchunks = log.chunks()\ngaps = chunks.groupby(\"stream_id\")[\"agent_ns\"].diff() / 1e6\nprint(gaps.groupby(chunks[\"stream_id\"]).median())\n```\n\nRun it in the next cell.";
const TABLE = "| agent | TTFT ms | chunks/s |\n|---|---:|---:|\n| eliza | 152 | 28.6 |\n| local | 231 | 81.0 |\n| synthetic | 200 | 50.0 |\n\nThe **local** model is the fastest once it has begun.";
const HOSTILE = "<img src=x onerror=alert(1)> <script>alert(1)</script> [click](javascript:alert(1)) ![tracker](https://example.org/pixel.png)";

interface State {
  messages?: Message[];
  live?: Snapshot["live"];
  lost?: boolean;
  theme?: string;
  dir?: string;
  readOnly?: boolean;
}

function live(name: string, text: string): { message: Message; view: NonNullable<Snapshot["live"]>[number] } {
  const message = answered(name, "", { status: "streaming", created_at: NOW - 1.2e6 });
  return { message, view: { stream: message.stream ?? "", message: message.id, agent: name, index: 3, text } };
}

function liveState(...answers: [string, string][]): State {
  const question = said("What is the median gap between chunks?");
  const found = answers.map(([name, text]) => live(name, text));
  found.forEach((each) => (each.message.reply_to = question.id));
  return { messages: [question, ...found.map((each) => each.message)], live: found.map((each) => each.view) };
}

const STATES: Record<string, () => State> = {
  empty: () => ({}),
  conversation: () => ({
    messages: [said("I am unhappy with my results."), answered("eliza", "I am sorry that you are unhappy. When did it begin?"), said("When I looked at the latency."), answered("eliza", "You say you looked at the latency. What did you find there?"), said("Which of the agents answers fastest?"), answered("analyst", TABLE, { usage: { output_tokens: 312 } })],
  }),
  thinking: () => liveState(["eliza", ""]),
  text: () => liveState(["eliza", "The median is **12 ms**; the tail is longer, since every tenth chunk wa"]),
  code: () => liveState(["analyst", CODE.slice(0, 190)]),
  table: () => liveState(["analyst", TABLE.slice(0, 96)]),
  two: () => liveState(["eliza", "You ask about the median gap. Why does it matter to"], ["analyst", "The median is 12 ms over 4,812 chunks"]),
  stopped: () => ({ messages: [said("Tell me a long story."), answered("eliza", "Once there was a stream that", { status: "cancelled", reason: "stopped" })] }),
  failed: () => ({ messages: [said("Summarise the frame."), answered("ollama:llama3", "The frame holds", { status: "failed", error: { code: "provider_stream_broken", message: "The model's stream broke off after 3 chunks; what came before is kept.", retry: true } })] }),
  interrupted: () => ({ messages: [said("Go on."), answered("eliza", "You were saying", { status: "interrupted", reason: "server_restart" })] }),
  reconnecting: () => ({ messages: [said("Are you there?"), answered("eliza", "I am. Please go on.")], lost: true }),
  long: () => ({ messages: [said(`A very long word: ${"Donaudampfschifffahrt".repeat(12)}`), answered("analyst", `A long line:\n\n\`\`\`python\nresult = ${"some_function(argument) + ".repeat(12)}0\n\`\`\``)] }),
  many: () => ({ messages: Array.from({ length: 100 }, (_, n) => [said(`Question ${String(n + 1)}`), answered("eliza", `Answer ${String(n + 1)}.`)]).flat() }),
  rtl: () => ({ dir: "rtl", messages: [said("מה המרווח החציוני בין החלקים?"), answered("eliza", "המרווח החציוני הוא **12 אלפיות השנייה**. מדוע זה חשוב לך?")] }),
  hostile: () => ({ messages: [said(HOSTILE), answered("echo", HOSTILE)] }),
  readonly: () => ({ readOnly: true, messages: [said("I am unhappy with my results."), answered("eliza", "I am sorry that you are unhappy. When did it begin?")] }),
};

/** Put a state on the stage. */
function show(name: string): void {
  const state = STATES[name]?.() ?? {};
  const socket = new StageSocket();
  const transport = new Transport(() => "", { connect: () => socket, now: () => performance.now(), random: () => 0, later: () => () => undefined, id: () => "stage", isRefused: () => Promise.resolve(false), onWake: () => () => undefined });
  const session = new ChatSession("lab", transport, () => crypto.randomUUID());
  transport.open();
  socket.say({ op: "welcome", protocol: 1, version: "0", connection: "c", clock_id: "s", user });
  const channel = { id: "lab", name: "lab", agents: ["eliza"] };
  socket.say({ op: "subscribed", channel: "lab", position: "e:1000", recovered: false, snapshot: { channel, messages: state.messages ?? [], live: state.live ?? [] } });
  const panel = document.createElement("agentchat-panel");
  panel.session = session;
  panel.readOnly = state.readOnly ?? false;
  document.documentElement.dir = state.dir ?? "ltr";
  document.body.replaceChildren(panel);
  if (state.lost) {
    socket.onclose?.({ code: 1006 });
  }
}

Object.assign(window, { show, states: Object.keys(STATES) });
