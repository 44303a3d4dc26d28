import { css } from "lit";

export const messageStyles = css`
  :host {
    display: block;
    font-family: var(--ac-ui);
    font-size: var(--ac-size);
    line-height: 1.5;
    min-inline-size: 0;
  }
  article {
    position: relative;
    padding: 4px 8px;
    border-radius: 4px;
  }
  article.user {
    background: var(--ac-raised);
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    margin-block-end: 4px;
    min-block-size: 24px;
  }
  .mark {
    flex: none;
    inline-size: 20px;
    block-size: 20px;
    border-radius: 4px;
    font-size: 9px;
    font-weight: 600;
    line-height: 20px;
    text-align: center;
    color: #fff;
    background: hsl(var(--hue) 42% 42%);
  }
  .name {
    font-weight: 600;
    color: var(--ac-text);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  time,
  .note,
  .thinking {
    color: var(--ac-dim);
  }
  time {
    font-size: var(--ac-small);
    flex: none;
  }
  .acts {
    position: absolute;
    inset-block-start: 2px;
    inset-inline-end: 4px;
    background: var(--ac-ground);
    border-radius: 4px;
    opacity: 0;
    transition: opacity 120ms ease-out;
    font-size: var(--ac-small);
    color: var(--ac-dim);
  }
  article:hover .acts,
  .acts:focus-within,
  .acts.pinned {
    opacity: 1;
  }
  .figures {
    margin-block-start: 4px;
    font: var(--ac-small) / 16px var(--ac-code);
    color: var(--ac-dim);
  }
  .note {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    margin-block-start: 4px;
  }
  .note.failed {
    color: var(--ac-error);
  }
  .note button {
    border-color: var(--ac-line);
  }
  .live .ac-tail > :last-child:not(.ac-code, .ac-table, ul, ol)::after,
  .live .ac-tail > .ac-code:last-child code::after,
  .live .ac-tail > :is(ul, ol):last-child > li:last-child::after,
  .live .text > .ac-tail:empty::after {
    content: "";
    display: inline-block;
    inline-size: 2px;
    block-size: 1em;
    margin-inline-start: 2px;
    vertical-align: text-bottom;
    background: var(--ac-live);
    animation: pulse 1.2s ease-in-out infinite;
  }
  .deleted {
    color: var(--ac-dim);
    font-style: italic;
  }
  @keyframes pulse {
    50% {
      opacity: 0.25;
    }
  }
`;
