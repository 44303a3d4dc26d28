import js from "@eslint/js";
import jupyter from "@jupyter/eslint-plugin";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["**/lib/**", "**/node_modules/**"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // The core knows no framework and no page: it runs in Node as in the browser.
    files: ["packages/core/src/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "document", "window", "customElements", "HTMLElement"],
      "no-restricted-imports": [
        "error",
        { patterns: ["lit", "lit/*", "@jupyterlab/*", "@lumino/*", "@jupyter-agentchat/*"] },
      ],
    },
  },
  {
    // The clients know no framework, and need no page: they run in Node as in the browser.
    files: ["packages/clients/src/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "window", "customElements", "HTMLElement"],
      "no-restricted-imports": [
        "error",
        { patterns: ["lit", "lit/*", "@jupyterlab/*", "@lumino/*", "@jupyter-agentchat/*"] },
      ],
    },
  },
  {
    // The elements serve the notebook panel and the sidebar alike.
    files: ["packages/ui/src/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: ["@jupyterlab/*", "@lumino/*", "@jupyter-agentchat/widget"] },
      ],
    },
  },
  {
    files: ["packages/lab/src/**/*.ts"],
    plugins: { jupyter },
    extends: [jupyter.configs.recommended],
    // Plug-in ids carry the Python package's name, `jupyter_agentchat:…`.
    rules: { "jupyter/plugin-id-convention": "off" },
  },
  {
    files: ["**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "max-lines-per-function": "off",
      "no-restricted-globals": "off",
    },
  },
  {
    files: ["scripts/*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
);
