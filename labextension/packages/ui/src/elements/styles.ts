/** What all elements share: type, space and colour, all of Jupyter's own variables. */
import { css } from "lit";

export const shared = css`
  :host {
    --ac-live: var(--jp-brand-color1, #1976d2);
    --ac-warn: var(--jp-warn-color1, #bf5f00);
    --ac-error: var(--jp-error-color1, #c62828);
    --ac-ground: var(--jp-layout-color1, #fff);
    --ac-raised: var(--jp-layout-color2, #f5f5f5);
    --ac-line: var(--jp-border-color2, #e0e0e0);
    --ac-text: var(--jp-content-font-color1, rgba(0, 0, 0, 0.87));
    --ac-dim: var(--jp-ui-font-color2, rgba(0, 0, 0, 0.6));
    --ac-ui: var(--jp-ui-font-family, system-ui, sans-serif);
    --ac-content: var(--jp-content-font-family, system-ui, sans-serif);
    --ac-code: var(--jp-code-font-family, ui-monospace, monospace);
    --ac-size: var(--jp-ui-font-size1, 13px);
    --ac-small: var(--jp-ui-font-size0, 11px);
    box-sizing: border-box;
  }
  :host *,
  :host *::before {
    box-sizing: border-box;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid transparent;
    border-radius: 2px;
    padding: 0 8px;
    line-height: 24px;
    cursor: pointer;
  }
  button:hover {
    background: var(--ac-raised);
  }
  button:focus-visible,
  textarea:focus-visible,
  a:focus-visible,
  [tabindex]:focus-visible {
    outline: 2px solid var(--jp-brand-color1, #1976d2);
    outline-offset: 1px;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;

export const prose = css`
  .text {
    font-family: var(--ac-content);
    font-size: var(--jp-content-font-size1, 14px);
    line-height: 1.5;
    color: var(--ac-text);
    max-inline-size: 72ch;
    overflow-wrap: anywhere;
  }
  .text > :first-child,
  .ac-tail > :first-child {
    margin-block-start: 0;
  }
  .text > :last-child,
  .ac-tail > :last-child {
    margin-block-end: 0;
  }
  .text p,
  .text ul,
  .text ol,
  .text blockquote,
  .text .ac-code,
  .text .ac-table {
    margin-block: 0 8px;
  }
  .text ul,
  .text ol {
    padding-inline-start: 24px;
  }
  .text h1,
  .text h2,
  .text h3,
  .text h4,
  .text h5,
  .text h6 {
    margin-block: 16px 8px;
    font-size: 1.1em;
    line-height: 1.3;
  }
  .text a {
    color: var(--jp-content-link-color, #1565c0);
  }
  .text blockquote {
    margin-inline: 0;
    padding-inline-start: 12px;
    border-inline-start: 4px solid var(--ac-line);
    color: var(--ac-dim);
  }
  .text code {
    font-family: var(--ac-code);
    font-size: 0.92em;
    background: var(--ac-raised);
    padding: 0 4px;
    border-radius: 2px;
  }
  .ac-code {
    position: relative;
    border: 1px solid var(--ac-line);
    border-radius: 4px;
    overflow: hidden;
  }
  .ac-code pre {
    margin: 0;
    padding: 8px 12px;
    overflow-x: auto;
    line-height: 1.4;
    background: var(--ac-raised);
  }
  .ac-code pre code {
    padding: 0;
    background: none;
    white-space: pre;
    overflow-wrap: normal;
  }
  .ac-language {
    display: block;
    padding: 0 12px;
    font: var(--ac-small) / 24px var(--ac-code);
    color: var(--ac-dim);
    border-block-end: 1px solid var(--ac-line);
  }
  .ac-copy {
    position: absolute;
    inset-block-start: 0;
    inset-inline-end: 0;
    font: var(--ac-small) / 22px var(--ac-ui);
    color: var(--ac-dim);
    background: var(--ac-ground);
    opacity: 0;
    transition: opacity 120ms ease-out;
  }
  .ac-code:hover .ac-copy,
  .ac-copy:focus-visible {
    opacity: 1;
  }
  .ac-image {
    display: inline-block;
    max-inline-size: 100%;
    border-color: var(--ac-line);
    border-radius: 4px;
    color: var(--ac-dim);
    text-align: start;
    overflow-wrap: anywhere;
  }
  .text img {
    max-inline-size: 100%;
    block-size: auto;
  }
  .ac-table {
    overflow-x: auto;
  }
  .text table {
    border-collapse: collapse;
    font-size: 0.95em;
  }
  .text th,
  .text td {
    border: 1px solid var(--ac-line);
    padding: 4px 8px;
    text-align: start;
    overflow-wrap: normal;
  }
  .text :is(th, td)[align="right"] {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .text :is(th, td)[align="center"] {
    text-align: center;
  }
  .text th {
    background: var(--ac-raised);
  }
`;
