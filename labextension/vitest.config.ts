import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "node", environment: "node", include: ["packages/{clients,core}/test/**/*.test.ts"] },
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
