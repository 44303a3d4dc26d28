import type { AnyWidget } from "@anywidget/types";

import { placeOfPage, type Place } from "@jupyter-agentchat/ui";

interface PanelModel {
  channel: string;
  /** Where the kernel knows its server; the page's own word is better where there is one. */
  base_url: string;
  height: number;
}

/** The view of `ChatPanel`: a panel with a connection of its own, so that it needs no kernel. */
const widget: AnyWidget<PanelModel> = {
  render({ model, el }) {
    const panel = document.createElement("agentchat-panel");
    const follow = (): void => {
      panel.channel = model.get("channel");
      panel.place = place(model.get("base_url"));
      panel.style.setProperty("--ac-height", `${String(model.get("height"))}px`);
    };
    follow();
    model.on("change", follow);
    el.append(panel);
    return () => {
      model.off("change", follow);
      panel.session?.transport.close();
      panel.remove();
    };
  },
};

function place(baseUrl: string): Place | null {
  return placeOfPage() ?? (baseUrl ? { baseUrl, token: "" } : null);
}

export default widget;
