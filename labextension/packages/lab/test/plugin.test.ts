import type { JupyterFrontEnd } from "@jupyterlab/application";
import { expect, test } from "vitest";

import plugin from "../src/index";

test("the plug-in brings the elements when the page stands", async () => {
  expect(plugin.id).toBe("jupyter_agentchat:plugin");
  expect(plugin.autoStart).toBe(true);
  await plugin.activate({ restored: Promise.resolve() } as unknown as JupyterFrontEnd);
  await customElements.whenDefined("agentchat-panel");
  expect(customElements.get("agentchat-panel")).toBeDefined();
});
