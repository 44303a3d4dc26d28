import type { AnyWidget } from "@anywidget/types";

import "@jupyter-agentchat/ui";

interface PanelModel {
  channel: string;
}

/** The view of `ChatPanel`: a panel that follows the model's traits. */
const widget: AnyWidget<PanelModel> = {
  render({ model, el }) {
    const panel = document.createElement("agentchat-panel");
    const follow = (): void => {
      panel.channel = model.get("channel");
    };
    follow();
    model.on("change:channel", follow);
    el.append(panel);
    return () => {
      model.off("change:channel", follow);
      panel.remove();
    };
  },
};

export default widget;
