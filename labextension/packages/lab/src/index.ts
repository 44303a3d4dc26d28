import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";

/** Makes the elements known to the page, once the page stands. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyter_agentchat:plugin",
  description: "Live agents beside the notebook.",
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    void app.restored.then(() => import("@jupyter-agentchat/ui"));
  },
};

export default plugin;
