import type { RenderProps } from "@anywidget/types";
import { afterEach, expect, test, vi } from "vitest";

import widget from "../src/index";

/** An anywidget module, as its host sees it. */
interface Module {
  render(props: RenderProps): Promise<() => void> | (() => void);
}

const values: Record<string, unknown> = { channel: "lab", base_url: "/deep/", height: 300 };
const listeners = new Set<() => void>();
const closed = vi.fn();
const props = (el: HTMLElement): RenderProps =>
  ({
    model: {
      get: (name: string) => values[name],
      on: (_: string, listener: () => void) => listeners.add(listener),
      off: (_: string, listener: () => void) => listeners.delete(listener),
    },
    el,
  }) as unknown as RenderProps;

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a view is a panel that follows its model and leaves nothing behind", async () => {
  vi.stubGlobal("WebSocket", class { close = closed; });
  const el = document.body.appendChild(document.createElement("div"));
  const cleanup = await (widget as unknown as Module).render(props(el));
  const panel = el.querySelector("agentchat-panel");
  expect(panel?.channel).toBe("lab");
  expect(panel?.place).toEqual({ baseUrl: "/deep/", token: "" });
  expect(panel?.style.getPropertyValue("--ac-height")).toBe("300px");
  await panel?.updateComplete;

  values["height"] = 500;
  listeners.forEach((listener) => { listener(); });
  expect(panel?.style.getPropertyValue("--ac-height")).toBe("500px");

  cleanup();
  expect(el.childElementCount).toBe(0);
  expect(listeners.size).toBe(0);
  expect(closed).toHaveBeenCalledOnce();
});
