/**
 * `fence level ls`, `add` and `rm`: which devices are tried together, and in which order.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { readPattern } from "../../../pengine/doors/pattern.ts";
import { Draft } from "../document/draft.ts";
import { childrenOf, element } from "../document/element.ts";
import { type Changing, type Reading, textOf, type Values } from "../operation.ts";
import { nodeIn, Problems } from "../problems.ts";

/** The highest index of a level. */
const indexMax = 9;

/** For whom a level is, as attributes of its element. */
type Target = Readonly<Record<string, string>>;

const targetParameter = {
  name: "target",
  type: "string",
  value: "TARGET",
  summary: "NODE, regex:PATTERN of names, or attribute:NAME=VALUE of nodes",
} as const;

const levelsIn = (draft: Draft): readonly XmlElement[] =>
  childrenOf(draft.section("fencing-topology"), "fencing-level");

/** `fence level ls` */
export const fenceLevelLs: Reading = {
  path: ["fence", "level", "ls"],
  summary: "Show the levels of devices: what is tried together, and in which order",
  parameters: [{ ...targetParameter, positional: "optional" }],
  effect: "read",
  read(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const text = textOf(values, "target");
    const target = text === undefined ? undefined : targetIn(draft, text, problems);
    if (problems.found) return { problems: problems.all };
    const levels = levelsIn(draft)
      .filter(({ attributes }) => target === undefined || isFor(attributes, target))
      .map(({ attributes }) => ({
        target: wordOf(attributes),
        index: Number(attributes.index ?? "1"),
        devices: idsIn(attributes.devices),
      }))
      .sort((a, b) => a.target < b.target ? -1 : a.target > b.target ? 1 : a.index - b.index);
    return {
      text: levels.length === 0
        ? ["There are no levels: each device that can fence a node is tried, one after the other."]
        : levels.map(({ target, index, devices }) => `${target} ${index}: ${devices.join(", ")}`),
      data: levels,
    };
  },
};

/** `fence level add` */
export const fenceLevelAdd: Changing = {
  path: ["fence", "level", "add"],
  summary: "Add a level: devices that must all succeed, tried before those with a higher index",
  details:
    `A node has the levels of its name; else those of the first pattern that matches its name; else
those of the first attribute that it has. A reboot by several devices of one level switches all of
them off before it switches any of them on.`,
  parameters: [
    { ...targetParameter, positional: "required" },
    {
      name: "index",
      type: "string",
      positional: "required",
      value: "INDEX",
      summary: `From 1 to ${indexMax}; the lowest is tried first`,
    },
    {
      name: "devices",
      type: "string",
      positional: "rest required",
      value: "DEVICE",
      summary: "Fencing devices of the configuration",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const target = targetIn(draft, textOf(values, "target") ?? "", problems);
    const index = indexIn(values, problems);
    const devices = devicesIn(draft, values, problems);
    const there = levelsIn(draft).find(({ attributes }) =>
      target !== undefined && isFor(attributes, target) && attributes.index === index
    );
    if (there !== undefined) {
      problems.exists(
        `There is a level ${index} of ${
          wordOf(there.attributes)
        }, with ${there.attributes.devices}. ` +
          "Fix: take another index, or ha fence level rm",
      );
    }
    if (problems.found || target === undefined) return { problems: problems.all };
    const word = wordOf(target);
    const id = freeId(draft, `fl-${word.replace(/[^\p{L}\p{N}._-]+/gu, "_")}-${index}`);
    draft.addTo(
      "fencing-topology",
      element("fencing-level", { id, ...target, index, devices: devices.join(",") }),
    );
    return { cib: draft.root, done: [`Level ${index} of ${word} is ${devices.join(", ")}`] };
  },
};

/** `fence level rm` */
export const fenceLevelRm: Changing = {
  path: ["fence", "level", "rm"],
  summary: "Remove a level of a target, or all of its levels",
  parameters: [
    { ...targetParameter, positional: "required" },
    {
      name: "index",
      type: "string",
      positional: "optional",
      value: "INDEX",
      summary: "Only this one",
    },
  ],
  effect: "change",
  change(cib, values) {
    const problems = new Problems();
    const draft = new Draft(cib);
    const text = textOf(values, "target") ?? "";
    // A node that is gone may still have levels: its name is taken as it is.
    const target = /^(?:regex|attribute):/.test(text)
      ? targetIn(draft, text, problems)
      : { target: text };
    const index = textOf(values, "index");
    const found = levelsIn(draft).filter(({ attributes }) =>
      target !== undefined && isFor(attributes, target) &&
      (index === undefined || attributes.index === index)
    );
    if (found.length === 0 && !problems.found) {
      problems.missing(
        "level",
        index === undefined ? text : `${text} ${index}`,
        levelsIn(draft).map(({ attributes }) => `${wordOf(attributes)} ${attributes.index}`),
      );
    }
    if (problems.found) return { problems: problems.all };
    for (const level of found) draft.replace(level);
    const done = found.map(({ attributes }) =>
      `Removed: level ${attributes.index} of ${wordOf(attributes)}`
    );
    return { cib: draft.root, done };
  },
};

/** The target that a word means; else a problem. */
function targetIn(draft: Draft, word: string, problems: Problems): Target | undefined {
  if (word.startsWith("regex:")) {
    const pattern = word.slice("regex:".length);
    const read = pattern === "" ? "it is empty" : readPattern(pattern);
    if (typeof read !== "string") return { "target-pattern": pattern };
    problems.wrong(`The pattern "${pattern}" cannot be used: ${read}. Fix: write regex:^rack1-`);
    return undefined;
  }
  if (word.startsWith("attribute:")) {
    const found = /^attribute:([^=]+)=(.+)$/.exec(word);
    if (found !== null) return { "target-attribute": found[1]!, "target-value": found[2]! };
    problems.wrong(`"${word}" is no attribute. Fix: write attribute:rack=1`);
    return undefined;
  }
  const node = nodeIn(draft, word, problems);
  return node === undefined ? undefined : { target: node };
}

const isFor = (attributes: Target, target: Target): boolean =>
  Object.entries(target).every(([name, value]) => attributes[name] === value);

function wordOf(attributes: Target): string {
  const { target, "target-pattern": pattern } = attributes;
  if (target !== undefined) return target;
  if (pattern !== undefined) return `regex:${pattern}`;
  return `attribute:${attributes["target-attribute"]}=${attributes["target-value"]}`;
}

function indexIn(values: Values, problems: Problems): string {
  const text = textOf(values, "index") ?? "";
  if (!/^[1-9]$/.test(text)) {
    problems.wrong(`"${text}" is no index of a level. Fix: write a number from 1 to ${indexMax}`);
  }
  return text;
}

function devicesIn(draft: Draft, values: Values, problems: Problems): readonly string[] {
  const { devices: given } = values;
  const ids = (typeof given === "object" ? given : [`${given}`]).flatMap(idsIn);
  const known = [...draft.elements()].filter(({ name, attributes }) =>
    name.raw === "primitive" && attributes.class === "stonith"
  ).map(({ attributes }) => attributes.id ?? "");
  for (const id of ids) if (!known.includes(id)) problems.missing("fencing device", id, known);
  return [...new Set(ids)];
}

const idsIn = (text = ""): string[] => text.split(",").map((id) => id.trim()).filter(Boolean);

function freeId(draft: Draft, id: string): string {
  for (let count = 1;; count++) {
    const one = count === 1 ? id : `${id}-${count}`;
    if (draft.byId(one) === undefined) return one;
  }
}
