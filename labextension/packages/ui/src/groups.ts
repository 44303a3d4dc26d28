/** Answers of several agents to one question stand together. */
import type { Message } from "@jupyter-agentchat/core";

/** Consecutive answers of different agents to the same message, as one group each. */
export function groups(messages: readonly Message[]): Message[][] {
  const found: Message[][] = [];
  for (const message of messages) {
    const group = found.at(-1);
    const first = group?.[0];
    const together =
      first?.author.kind === "agent" &&
      message.author.kind === "agent" &&
      first.reply_to != null &&
      first.reply_to === message.reply_to &&
      group?.every((each) => each.author.id !== message.author.id);
    if (group && together) {
      group.push(message);
    } else {
      found.push([message]);
    }
  }
  return found;
}

/** Whether a message shares the head of the one before it. */
export function isContinued(before: Message | undefined, message: Message): boolean {
  return before?.author.id === message.author.id && before.reply_to === message.reply_to;
}

/** The text of a user's last message; empty if there is none. */
export function lastOf(messages: readonly Message[], user: string | undefined): string {
  const own = messages.findLast((each) => each.author.kind === "user" && each.author.id === user && !each.deleted);
  return own?.text ?? "";
}
