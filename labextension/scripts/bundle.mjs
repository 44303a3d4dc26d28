// Bundles the two things that a browser loads: the widget's ES module, which ships inside the
// Python package, and the Lab plug-in's single file, which `jupyter-builder` then federates.
// Types are not checked here (`npm run typecheck` does), so `pip install .` needs no compiler.

import { rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build, context } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const watch = process.argv.includes("--watch");

const common = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2022",
  legalComments: "eof",
  logLevel: "warning",
  sourcemap: watch ? "inline" : false,
};

const widget = {
  ...common,
  entryPoints: { widget: "packages/widget/src/index.ts" },
  outdir: "../jupyter_agentchat/panel/static",
  minify: !watch,
};

const lab = {
  ...common,
  entryPoints: { index: "packages/lab/src/index.ts" },
  outdir: "packages/lab/lib",
  splitting: true, // what the plug-in imports late stays in a file of its own
  // JupyterLab provides these; a second copy would be a second application.
  external: ["@jupyterlab/*", "@lumino/*", "@jupyter/*", "react", "react-dom", "yjs"],
};

if (watch) {
  const contexts = await Promise.all([widget, lab].map((options) => context(options)));
  await Promise.all(contexts.map((each) => each.watch()));
  console.log("watching packages/*/src");
} else {
  // What an earlier build left must not be shipped with this one.
  for (const { outdir } of [widget, lab]) {
    rmSync(resolve(root, outdir), { recursive: true, force: true });
  }
  await Promise.all([widget, lab].map((options) => build(options)));
}
