import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ServerConnection } from "@jupyterlab/services";
import { ITranslator, nullTranslator, type TranslationBundle } from "@jupyterlab/translation";
import { Widget } from "@lumino/widgets";

const CHANNEL = "lab";
const OPEN = "agentchat:open";

/** Puts the panel into the right sidebar, and offers one command that opens it. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: "jupyter_agentchat:plugin",
  description: "Live agents beside the notebook.",
  autoStart: true,
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null,
  ): void => {
    const trans = (translator ?? nullTranslator).load("jupyter_agentchat");
    const sidebar = new Sidebar(app.serviceManager.serverSettings, trans);
    app.shell.add(sidebar, "right", { rank: 900 });
    restorer?.add(sidebar, sidebar.id);
    app.commands.addCommand(OPEN, {
      label: trans.__("Open the Agent Chat"),
      caption: trans.__("Show the chat beside the notebook"),
      describedBy: { args: { type: "object", properties: {} } },
      execute: () => {
        app.shell.activateById(sidebar.id);
      },
    });
  },
};

/** Hosts `<agentchat-panel>`; loads it when it is first shown. */
class Sidebar extends Widget {
  private panel: HTMLElementTagNameMap["agentchat-panel"] | null = null;
  private filled: Promise<void> | null = null;

  constructor(
    private readonly settings: ServerConnection.ISettings,
    trans: TranslationBundle,
  ) {
    super();
    this.id = "jupyter-agentchat-sidebar";
    this.title.label = trans.__("Agents");
    this.title.caption = trans.__("Agent Chat");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", trans.__("Agent Chat"));
  }

  protected override onAfterShow(): void {
    this.filled ??= this.fill();
  }

  protected override onActivateRequest(): void {
    this.filled ??= this.fill();
    void this.filled
      .then(() => this.panel?.updateComplete)
      .then(() => this.panel?.renderRoot.querySelector("agentchat-composer")?.focus());
  }

  private async fill(): Promise<void> {
    await import("@jupyter-agentchat/ui");
    const panel = document.createElement("agentchat-panel");
    this.panel = panel;
    await this.makeChannel();
    panel.channel = CHANNEL;
    panel.place = { baseUrl: this.settings.baseUrl, token: this.settings.token };
    panel.style.setProperty("--ac-height", "100%");
    this.node.append(panel);
  }

  /** With the server's default agents; 409 says that it is there already. */
  private async makeChannel(): Promise<void> {
    const body = JSON.stringify({ id: CHANNEL });
    const url = new URL("agentchat/api/channels", this.settings.baseUrl).href;
    await ServerConnection.makeRequest(url, { method: "POST", body }, this.settings).catch(() => null);
  }
}

export default plugin;
