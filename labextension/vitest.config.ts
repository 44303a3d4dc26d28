import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "core", environment: "node", include: ["packages/core/test/**/*.test.ts"] },
      },
      {
        test: {
          name: "page",
          environment: "happy-dom",
          include: ["packages/{ui,widget,lab}/test/**/*.test.ts"],
        },
      },
    ],
  },
});
