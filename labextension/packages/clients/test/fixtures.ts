/** The fixtures that Python's clients run as well. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export function fixtures<Case>(name: string): Case[] {
  const file = resolve(import.meta.dirname, `../../../../tests/data/clients/${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as Case[];
}
