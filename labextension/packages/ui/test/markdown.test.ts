import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { finishedUntil, render } from "../src/markdown";

function html(text: string): string {
  const place = document.createElement("div");
  place.append(render(text));
  return place.innerHTML;
}

function shown(text: string): HTMLElement {
  const place = document.createElement("div");
  place.append(render(text));
  return place;
}

describe("markdown", () => {
  it("shows raw HTML as text", () => {
    const place = shown("a <b>bold</b> <script>alert(1)</script>\n\n<div onclick=x>block</div>");
    expect(place.querySelectorAll("b, script, div")).toHaveLength(0);
    expect(place.textContent).toContain("<b>bold</b> <script>alert(1)</script>");
    expect(place.textContent).toContain("<div onclick=x>block</div>");
  });

  it("follows http, https and mailto alone", () => {
    for (const href of ["https://a.example/?q=1&r=2", "http://a.example", "mailto:a@b.example"]) {
      const link = shown(`[x](${href})`).querySelector("a");
      expect(link?.getAttribute("href")).toBe(href);
    }
    for (const href of ["javascript:alert(1)", "data:text/html,x", "/lab", "#x", "file:///x", "//a.example"]) {
      const place = shown(`[x](${href})`);
      expect(place.querySelector("a")).toBeNull();
      expect(place.textContent.trim()).toBe("x");
    }
  });

  it("fetches no image before it is asked, and says from where", () => {
    const place = shown("![a chart](https://a.example/i.png?u=1)");
    expect(place.querySelector("img")).toBeNull();
    const button = place.querySelector("button");
    expect(button?.className).toBe("ac-image");
    expect(button?.value).toBe("https://a.example/i.png?u=1");
    expect(button?.textContent).toContain("https://a.example/i.png?u=1");
    expect(shown("![x](data:image/png;base64,AA)").querySelector("button, img")).toBeNull();
  });

  it("gives code its language and a copy button, and keeps it literally", () => {
    const place = shown("```python\nif a < b: print('&amp;')\n```");
    expect(place.querySelector(".ac-language")?.textContent).toBe("python");
    expect(place.querySelector("button.ac-copy")?.textContent).toBe("Copy");
    expect(place.querySelector("code")?.textContent).toBe("if a < b: print('&amp;')");
    expect(place.querySelector("code")?.className).toBe("language-python");
    expect(html("```\"><x\ncode\n```")).not.toContain("language-");
  });
});

describe("the finished part", () => {
  it("ends after the last blank line outside code", () => {
    expect(finishedUntil("one\n\ntwo", 0)).toBe(5);
    expect(finishedUntil("one\ntwo", 0)).toBe(0);
    expect(finishedUntil("```\na\n\nb", 0)).toBe(0);
    expect(finishedUntil("```\na\n\nb\n```\n\nc", 0)).toBe(14);
    expect(finishedUntil("~~~\n```\n\n~~~\n\nc", 0)).toBe(14);
    expect(finishedUntil("one\n\ntwo\n\nthree", 5)).toBe(10);
  });

  const piece = fc.constantFrom(
    "word ", "*em* ", "**bold", "** ", "`code` ", "\n", "\n\n", "\n\n", "# head\n", "> quote\n", "```py\n", "```\n", "~~~\n", "x = 1\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n", "<b>", "[x](https://a.example) ", "![i](https://a.example/i) ",
  );

  it("never moves back, whatever follows", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        let text = "";
        let end = 0;
        for (const each of pieces) {
          text += each;
          const next = finishedUntil(text, end);
          expect(next).toBeGreaterThanOrEqual(end);
          expect(next).toBeLessThanOrEqual(text.length);
          expect(next).toBe(finishedUntil(text, 0));
          end = next;
        }
      }),
      { numRuns: 200 },
    );
  });
});
