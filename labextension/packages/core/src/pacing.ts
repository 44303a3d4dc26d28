/** At most one update per animation frame; in a hidden tab, four a second. */
export interface Frames {
  isHidden(): boolean;
  frame(work: () => void): void;
  later(work: () => void, ms: number): () => void;
}

const HIDDEN_MS = 250;

export class Pacer {
  private isWaiting = false;

  constructor(
    private readonly frames: Frames,
    private readonly work: () => void,
  ) {}

  /** Have the work done with the next frame, once however often it is asked for. */
  request(): void {
    if (this.isWaiting) {
      return;
    }
    this.isWaiting = true;
    const run = (): void => {
      this.isWaiting = false;
      this.work();
    };
    if (this.frames.isHidden()) {
      this.frames.later(run, HIDDEN_MS);
    } else {
      this.frames.frame(run);
    }
  }
}
