import { expect, test } from "vitest";

import manifest from "../package.json";
import { VERSION } from "../src/index";

test("the version is the package's", () => {
  expect(VERSION).toBe(manifest.version);
});
