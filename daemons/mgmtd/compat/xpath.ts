/**
 * The part of XPath that agents ask the CIB with: steps with `/` and `//`, names or `*`, and conditions
 * on attributes.
 *
 * @module
 */
import { unsupported } from "./exit_code.ts";
import { all, type Element } from "./xml.ts";

interface Step {
  readonly deep: boolean;
  readonly tag: string;
  readonly conditions: readonly {
    readonly name: string;
    /** A number is equal to whatever text means the same: `[@id=1]`. */
    readonly value: string | number | undefined;
  }[];
}

const step = /(\/\/?)([\w.-]+|\*)((?:\[@[\w.-]+(?:\s*=\s*(?:'[^']*'|"[^"]*"|\d+))?\])*)/y;
const condition = /\[@([\w.-]+)(?:\s*=\s*(?:'([^']*)'|"([^"]*)"|(\d+)))?\]/g;
/** Steps of a path at most. */
const stepsMax = 64;

/**
 * The elements that a path names, each once, in the order of the document.
 *
 * @throws {Ending} if it asks for something else.
 */
export function select(root: Element, path: string): readonly Element[] {
  let found = new Set<Element>([{ tag: "", attributes: new Map(), children: [root] }]);
  for (const { deep, tag, conditions } of stepsOf(path)) {
    const next = new Set<Element>();
    for (const element of found) {
      const candidates = deep
        ? element.children.flatMap((child) => [...all(child)])
        : element.children;
      for (const one of candidates) {
        if (tag !== "*" && one.tag !== tag) continue;
        const fits = conditions.every(({ name, value }) => {
          const has = one.attributes.get(name);
          if (value === undefined) return has !== undefined;
          return typeof value === "number"
            ? has !== undefined && Number(has) === value
            : has === value;
        });
        if (fits) next.add(one);
      }
    }
    found = next;
  }
  return [...all(root)].filter((element) => found.has(element));
}

function stepsOf(path: string): readonly Step[] {
  const steps: Step[] = [];
  for (step.lastIndex = 0; step.lastIndex < path.length;) {
    const found = step.exec(path);
    if (found === null || steps.length >= stepsMax) throw unsupported(`The XPath ${path}`);
    steps.push({
      deep: found[1] === "//",
      tag: found[2] ?? "*",
      conditions: [...(found[3] ?? "").matchAll(condition)].map((
        [, name = "", single, double, number],
      ) => ({
        name,
        value: single ?? double ?? (number === undefined ? undefined : Number(number)),
      })),
    });
  }
  return steps;
}
