import { describe, expect, it } from "vitest";

import { Channels, type ChannelEvent, type Row } from "../src/index";
import { fixtures } from "./fixtures";

interface Step {
  do: string;
  channels: { id: string }[];
  event: ChannelEvent;
  now: number;
  at: number;
  messages: Row[];
  parent: string;
  message: Row;
  temp: string;
}

interface Case {
  steps: Step[];
  now: number;
  thread: string | null;
  result: unknown;
}

type Act = (channels: Channels, step: Step) => void;

const ACTS: Record<string, Act> = {
  list: (channels, step) => {
    channels.install(step.channels);
  },
  close: (channels) => {
    channels.close("lab");
  },
  read: (channels, step) => {
    channels.read("lab", step.at);
  },
  take: (channels, step) => {
    channels.open("lab");
    channels.take(step.event, step.now);
  },
  begin: (channels) => {
    channels.open("lab").begin();
  },
  install: (channels, step) => {
    channels.open("lab").install(step.messages);
  },
  thread: (channels, step) => {
    channels.open("lab").openThread(step.parent, step.messages);
  },
  endThread: (channels, step) => {
    channels.open("lab").closeThread(step.parent);
  },
  post: (channels, step) => {
    channels.open("lab").post(step.message);
  },
  confirm: (channels, step) => {
    channels.open("lab").confirm(step.message, step.temp);
  },
};

function play({ steps, now, thread }: Case): unknown {
  const channels = new Channels("ann");
  for (const step of steps) {
    ACTS[step.do]!(channels, step);
  }
  const view = channels.open("lab");
  return {
    messages: view.messages,
    threads: view.threads,
    typing: view.typing(now),
    threadTyping: view.typing(now, thread),
    unread: channels.unread("lab"),
    isStale: channels.isStale,
    viewIsStale: view.isStale,
  };
}

describe("Open WebUI's channels", () => {
  const cases = fixtures<Case>("channels");

  it.each(cases.map((each, number) => [number, each] as const))("agree with Python's on case %i", (_, each) => {
    expect(play(each)).toEqual(each.result);
  });

  it("do not agree where events are lost", () => {
    const unequal = cases.filter((each) => {
      const steps = each.steps.filter((one) => one.do !== "take");
      return JSON.stringify(play({ ...each, steps })) !== JSON.stringify(play(each));
    });
    expect(unequal.length).toBeGreaterThan(cases.length / 2);
  });
});
