import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { Widget } from "@lumino/widgets";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const requests: [url: string, body: unknown][] = [];

vi.mock("@jupyterlab/application", () => ({ ILayoutRestorer: { name: "restorer" } }));
vi.mock("@jupyterlab/services", () => ({
  ServerConnection: {
    makeRequest: (url: string, init: { body: string }) => {
      requests.push([url, JSON.parse(init.body)]);
      return Promise.reject(new Error("no server"));
    },
  },
}));
vi.mock("@jupyterlab/translation", () => ({
  ITranslator: { name: "translator" },
  nullTranslator: { load: () => ({ __: (text: string) => text }) },
}));
vi.mock("@lumino/widgets", () => ({
  Widget: class {
    id = "";
    node = document.createElement("div");
    title = { label: "", caption: "" };
  },
}));

import plugin from "../src/index";

interface Added {
  widget: Widget & { onAfterShow(): void };
  area: string;
}

let added: Added[];
let activated: string[];
let commands: Map<string, { execute(): void }>;

beforeEach(() => {
  added = [];
  activated = [];
  commands = new Map();
  requests.length = 0;
  vi.stubGlobal("WebSocket", class { close(): void { /* nothing was opened */ } });
  const app = {
    serviceManager: { serverSettings: { baseUrl: "http://localhost:8888/deep/", token: "t" } },
    shell: {
      add: (widget: Added["widget"], area: string) => added.push({ widget, area }),
      activateById: (id: string) => activated.push(id),
    },
    commands: { addCommand: (id: string, command: { execute(): void }) => commands.set(id, command) },
  } as unknown as JupyterFrontEnd;
  void plugin.activate(app, null, null);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test("one sidebar, and one command that opens it", () => {
  expect(plugin.id).toBe("jupyter_agentchat:plugin");
  expect(plugin.autoStart).toBe(true);
  expect(added.map(({ area }) => area)).toEqual(["right"]);
  expect([...commands.keys()]).toEqual(["agentchat:open"]);
  commands.get("agentchat:open")?.execute();
  expect(activated).toEqual([added[0]?.widget.id]);
});

test("nothing is loaded or asked before the sidebar is shown, and everything once", async () => {
  const { widget } = added[0]!;
  expect(widget.node.childElementCount).toBe(0);
  expect(requests).toEqual([]);
  widget.onAfterShow();
  widget.onAfterShow();
  await vi.waitUntil(() => widget.node.childElementCount > 0);
  expect(requests).toEqual([["http://localhost:8888/deep/agentchat/api/channels", { id: "lab" }]]);
  const panel = widget.node.querySelector("agentchat-panel");
  expect(panel?.channel).toBe("lab");
  expect(panel?.place).toEqual({ baseUrl: "http://localhost:8888/deep/", token: "t" });
});
