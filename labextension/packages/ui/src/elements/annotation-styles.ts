import { css } from "lit";

export const annotationStyles = css`
  .besides {
    margin-block-start: 4px;
    font-size: var(--ac-small);
    color: var(--ac-dim);
    max-inline-size: 72ch;
    overflow-wrap: anywhere;
  }
  .besides ol,
  .besides ul {
    margin: 4px 0 0;
    padding-inline-start: 24px;
  }
  .besides a {
    color: var(--jp-content-link-color, #1565c0);
  }
  .embed button {
    border-color: var(--ac-line);
    margin-block-start: 4px;
  }
  .embed iframe {
    display: block;
    inline-size: 100%;
    block-size: 240px;
    margin-block-start: 4px;
    border: 1px solid var(--ac-line);
    background: #fff;
  }
`;
