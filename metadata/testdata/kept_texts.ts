/**
 * Keeps something of each of many long texts, and prints by how many MB the heap has grown. Needs
 * `--v8-flags=--expose-gc`.
 *
 * @module
 */
import { parse } from "@std/xml";
import { ownText, ownTree } from "../own_text.ts";

const longCharacters = 4_000_000;
const times = 20;

const keeps: Readonly<Record<string, (text: string) => unknown>> = {
  part: (text) => text.slice(-4_096),
  ownText: (text) => ownText(text.slice(-4_096)),
  tree: (text) => parse(text).root.children[0],
  ownTree: (text) => ownTree(parse(text).root).children[0],
};

const heapMb = (): number => {
  Reflect.get(globalThis, "gc")();
  return Deno.memoryUsage().heapUsed / 1e6;
};

for (const [name, keep] of Object.entries(keeps)) {
  const kept: unknown[] = [];
  const before = heapMb();
  for (let time = 0; time < times; time++) {
    const text = `<a><b id="name-of-more-than-13-${time}"/><c d="${
      "y".repeat(longCharacters)
    }"/></a>`;
    kept.push(keep(JSON.parse(JSON.stringify(text))));
  }
  console.log(name, Math.round(heapMb() - before), kept.length);
}
