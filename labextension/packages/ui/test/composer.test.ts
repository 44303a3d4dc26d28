import { afterEach, beforeEach, expect, it } from "vitest";

import "../src/index";
import type { AgentChatComposer } from "../src/index";

let composer: AgentChatComposer;
let heard: (string | null)[];

const area = (): HTMLTextAreaElement => composer.renderRoot.querySelector("textarea")!;
const key = (name: string, more: KeyboardEventInit = {}): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, composed: true, ...more });
  area().dispatchEvent(event);
  return event;
};
const write = (text: string): void => {
  area().value = text;
  area().dispatchEvent(new Event("input"));
};

beforeEach(async () => {
  localStorage.clear();
  heard = [];
  composer = document.createElement("agentchat-composer");
  Object.assign(composer, { draftKey: "draft", isLive: false, blocked: "", last: "the last one" });
  composer.addEventListener("agentchat-send", (event) => heard.push((event as CustomEvent<string>).detail));
  composer.addEventListener("agentchat-stop", () => heard.push(null));
  document.body.append(composer);
  await composer.updateComplete;
});
afterEach(() => {
  composer.remove();
});

it("sends by Enter and starts anew", () => {
  write("hello");
  expect(key("Enter").defaultPrevented).toBe(true);
  expect(heard).toEqual(["hello"]);
  expect(area().value).toBe("");
});

it("breaks by Shift-Enter, and leaves Enter to an input method", () => {
  write("hello");
  expect(key("Enter", { shiftKey: true }).defaultPrevented).toBe(false);
  key("Enter", { isComposing: true });
  expect(heard).toEqual([]);
});

it("sends no blanks, and nothing where it is blocked", async () => {
  write(" \n ");
  key("Enter");
  composer.blocked = "The server closed the connection.";
  await composer.updateComplete;
  write("hello");
  key("Enter");
  expect(heard).toEqual([]);
  expect(area().disabled).toBe(true);
  expect(composer.renderRoot.querySelector("[role=status]")?.textContent).toContain("closed");
});

it("stops by Escape only while something is live", async () => {
  key("Escape");
  composer.isLive = true;
  await composer.updateComplete;
  key("Escape");
  composer.renderRoot.querySelector<HTMLButtonElement>("button.stop")?.click();
  expect(heard).toEqual([null, null]);
});

it("brings the last message back into an empty box alone", () => {
  write("something");
  key("ArrowUp");
  expect(area().value).toBe("something");
  write("");
  key("ArrowUp");
  expect(area().value).toBe("the last one");
});

it("keeps its keys from the notebook, and its draft", () => {
  let escaped = false;
  const listen = (): void => { escaped = true; };
  document.addEventListener("keydown", listen);
  key("a");
  document.removeEventListener("keydown", listen);
  expect(escaped).toBe(false);
  write("a draft");
  expect(localStorage.getItem("draft")).toBe("a draft");
  key("Enter");
  expect(localStorage.getItem("draft")).toBeNull();
});
