import { afterEach, expect, it } from "vitest";

import type { Message } from "@jupyter-agentchat/core";

import "../src/index";
import type { AgentChatMessage } from "../src/index";

const answer: Message = {
  id: "m1",
  channel: "lab",
  seq: 1,
  author: { id: "eliza", kind: "agent", name: "eliza" },
  text: "Here it is.",
  created_at: 1,
  status: "complete",
  stream: "s1",
};

async function show(message: Partial<Message>, live: object | null = null): Promise<ShadowRoot> {
  const element: AgentChatMessage = document.createElement("agentchat-message");
  Object.assign(element, { message: { ...answer, ...message }, live, now: 1000, several: false, readOnly: false });
  document.body.append(element);
  await element.updateComplete;
  return element.shadowRoot!;
}

const texts = (root: ShadowRoot, selector: string): string[] => [...root.querySelectorAll(selector)].map((each) => each.textContent.trim());

afterEach(() => {
  document.body.replaceChildren();
});

it("lists sources, with links where they lead somewhere", async () => {
  const root = await show({
    annotations: [
      { type: "stream.source", source: { title: "A page", url: "https://example.org/a" } },
      { type: "stream.source", source: { source: { name: "paper.pdf" }, document: ["…"] } },
      { type: "stream.source", source: { name: "evil", url: "javascript:alert(1)" } },
      { type: "stream.source", source: "nonsense" },
    ],
  });
  expect(texts(root, ".sources li")).toEqual(["A page", "paper.pdf", "evil"]);
  const links = [...root.querySelectorAll<HTMLAnchorElement>(".sources a")];
  expect(links.map((each) => each.getAttribute("href"))).toEqual(["https://example.org/a"]);
  expect(links[0]?.rel).toBe("noopener noreferrer");
});

it("offers files for download and runs none of them", async () => {
  const root = await show({
    annotations: [
      { type: "stream.file", file: { name: "a.csv", url: "data:text/csv,1" } },
      { type: "stream.file", file: { name: "b", url: "blob:x" } },
    ],
  });
  expect(texts(root, ".files li")).toEqual(["a.csv", "b"]);
  expect([...root.querySelectorAll(".files a")].map((each) => each.getAttribute("download"))).toEqual(["a.csv"]);
});

it("loads an embed only when asked to, in a frame that may do nothing", async () => {
  const root = await show({
    annotations: [
      { type: "stream.embed", embed: { title: "map", html: "<script>alert(1)</script>" } },
      { type: "stream.embed", embed: { name: "nothing" } },
    ],
  });
  expect(root.querySelector("iframe")).toBeNull();
  root.querySelector<HTMLButtonElement>(".embed button")!.click();
  const frame = root.querySelector("iframe")!;
  expect(frame.getAttribute("sandbox")).toBe("");
  expect(frame.srcdoc).toContain("<script>");
  expect(root.querySelector("script")).toBeNull();
});

it("says what the agent is doing while it does it", async () => {
  const status = (description: string, more: object = {}): Record<string, unknown> => ({ type: "stream.status", description, ...more });
  const live = { text: "" };
  const thinking = await show({ text: "", annotations: [status("looks it up")] }, live);
  expect(texts(thinking, ".thinking")[0]).toContain("eliza looks it up");
  const later = await show({ annotations: [status("looks it up"), status("writes")] }, { text: "x" });
  expect(texts(later, ".status")).toEqual(["writes"]);
  for (const over of [status("x", { done: true }), status("x", { hidden: true })]) {
    expect(texts(await show({ annotations: [over] }, { text: "x" }), ".status")).toEqual([]);
  }
  expect(texts(await show({ annotations: [status("writes")] }), ".status")).toEqual([]);
});

it("says that an answer was cut off", async () => {
  expect(texts(await show({ reason: "length" }), ".note")).toEqual(["Cut off: it reached its length limit."]);
  expect(texts(await show({}), ".note")).toEqual([]);
});

it("shows nothing of a deleted message", async () => {
  const root = await show({ deleted: true, text: "", annotations: [{ type: "stream.source", source: { name: "a" } }] });
  expect(root.querySelector(".besides")).toBeNull();
});
