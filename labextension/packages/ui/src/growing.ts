/** Renders a text that grows: finished blocks once, the unfinished tail again at each frame. */
import { finishedUntil, render } from "./markdown";

export class GrowingText {
  private readonly tail = document.createElement("div");
  private shown = "";
  private finished = 0;

  constructor(private readonly place: HTMLElement) {
    this.tail.className = "ac-tail";
    this.place.replaceChildren(this.tail);
  }

  /** Show `text`; if it does not continue what is shown, everything is rendered anew. */
  show(text: string): void {
    if (!text.startsWith(this.shown)) {
      this.finished = 0;
      this.place.replaceChildren(this.tail);
    }
    this.shown = text;
    const end = finishedUntil(text, this.finished);
    if (end > this.finished) {
      this.tail.before(render(text.slice(this.finished, end)));
      this.finished = end;
    }
    this.tail.replaceChildren(render(text.slice(end)));
  }
}
