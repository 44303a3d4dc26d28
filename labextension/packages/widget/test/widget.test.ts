import { expect, test } from "vitest";

import widget from "../src/index";

test("the module is an anywidget", () => {
  expect(widget).toHaveProperty("render");
});
