import { css } from "lit";

export const panelStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    position: relative;
    min-inline-size: 280px;
    max-inline-size: 1200px;
    block-size: var(--ac-height, 480px);
    min-block-size: 200px;
    overflow: hidden;
    resize: vertical;
    border: 1px solid var(--ac-line);
    border-radius: 4px;
    font-family: var(--ac-ui);
    font-size: var(--ac-size);
    line-height: 1.5;
    color: var(--ac-text);
    background: var(--ac-ground);
    container-type: inline-size;
  }
  .scroll {
    flex: 1;
    overflow-y: auto;
    overflow-anchor: none;
    padding: 8px;
  }
  .scroll:focus-visible {
    outline-offset: -2px;
  }
  .log {
    display: flex;
    flex-direction: column;
    gap: 8px;
    min-block-size: 100%;
  }
  .alone,
  .together {
    min-inline-size: 0;
  }
  .together {
    display: grid;
    gap: 8px;
  }
  @container (min-width: 720px) {
    .together {
      grid-template-columns: repeat(auto-fit, minmax(280px, 1fr));
    }
  }
  .connection {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 4px 12px;
    min-block-size: 16px;
    font-size: var(--ac-small);
    color: var(--ac-dim);
  }
  .dot {
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: var(--ac-warn);
  }
  .empty {
    margin: auto;
    display: flex;
    flex-direction: column;
    align-items: stretch;
    gap: 8px;
    max-inline-size: 36ch;
    color: var(--ac-dim);
    text-align: center;
  }
  .empty p {
    margin: 0 0 8px;
  }
  .empty button {
    padding: 4px 12px;
    border-color: var(--ac-line);
    border-radius: 4px;
    color: var(--ac-text);
    white-space: normal;
  }
  .outgoing {
    padding: 4px 8px;
    border-radius: 4px;
    background: var(--ac-raised);
    opacity: 0.7;
    overflow-wrap: anywhere;
  }
  .outgoing.refused {
    opacity: 1;
    border-inline-start: 4px solid var(--ac-error);
  }
  .out-text {
    font: var(--jp-content-font-size1, 14px) / 1.5 var(--ac-content);
    white-space: pre-wrap;
    max-inline-size: 72ch;
    max-block-size: 200px;
    overflow: hidden;
  }
  .why {
    font-size: var(--ac-small);
    color: var(--ac-dim);
  }
  .refused .why {
    color: var(--ac-error);
    font-size: var(--ac-size);
  }
  .why button {
    border-color: var(--ac-line);
    color: var(--ac-text);
    margin-inline-start: 8px;
  }
  .pill {
    position: absolute;
    inset-block-end: 64px;
    inset-inline-start: 50%;
    transform: translateX(-50%);
    padding: 0 12px;
    border: 1px solid var(--ac-line);
    border-radius: 12px;
    font-size: var(--ac-small);
    color: var(--ac-text);
    background: var(--ac-ground);
  }
  :host([dir="rtl"]) .pill {
    transform: translateX(50%);
  }
`;
