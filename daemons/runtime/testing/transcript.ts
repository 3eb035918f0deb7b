/**
 * Scenarios of a machine, and everything that it orders in them, held against a golden text: what is
 * sent, timed, called, saved and logged, in order, and nothing else. An assertion looks at one
 * effect; this looks at all of them, so a message too many or a line that is gone is noticed too.
 *
 * ```ts
 * const scenario = scenarios("tengine_core");
 *
 * scenario("a batch limit holds back", () => {
 *   const machine = recorded(tengine());
 *   machine.step(machine.state, { type: "stop", at: 0 });
 * });
 * ```
 *
 * The texts are in `tests/golden/machines/`. `deno task golden` rewrites them; read the difference in
 * review.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Effect, Event, Machine } from "../machine.ts";

/** Lines of one scenario that are kept as they are; the rest is a number and a digest. */
const linesMax = 40;
/** Characters of a line; more become a digest. */
const charactersMax = 160;

const folder = new URL("../../../tests/golden/machines/", import.meta.url).pathname;
const rewrite = Deno.args.includes("--rewrite");

/** A line, and how often it came in a row. */
interface Line {
  readonly text: string;
  times: number;
}

/** What happens in the scenario at hand; nothing outside of one. */
let lines: Line[] | undefined;

/** The machine, whose events and effects go into the scenario at hand. */
export function recorded<State>(machine: Machine<State>): Machine<State> {
  let node = "";
  return {
    ...machine,
    step(state, event, more) {
      const effects = machine.step(state, event, more);
      if (event.type === "start") node = event.node;
      if (lines !== undefined) {
        note(lines, `${event.at} ${node}: ${wordsOf(event)}`);
        for (const effect of effects) note(lines, `  ${orderOf(effect)}`);
      }
      return effects;
    },
  };
}

/** What came before is how the world of the scenario was made, which another one tells. */
export const fromHere = (): void => void lines?.splice(0);

/** Makes tests of which all effects are in one golden text. */
export function scenarios(name: string): (story: string, run: () => void) => void {
  const path = `${folder}${name}.txt`;
  const known = sectionsOf(path);
  const now = new Map<string, string>();
  return (story, run) => {
    now.set(story, known.get(story) ?? "");
    Deno.test(story, () => {
      lines = [];
      try {
        run();
        now.set(story, shortened(lines));
      } finally {
        lines = undefined;
      }
      if (rewrite) {
        const told = [...now].filter(([, body]) => body !== "");
        const text = told.map(([story, body]) => `# ${story}\n\n${body}\n`).join("\n");
        Deno.writeTextFileSync(path, text);
      } else {
        assert.equal(
          now.get(story),
          known.get(story) ?? "",
          "the orders of the machine differ from its golden text. Fix: correct the machine, or run " +
            "`deno task golden` and read the difference",
        );
      }
    });
  };
}

/** The scenarios of a golden text, by their stories. */
function sectionsOf(path: string): ReadonlyMap<string, string> {
  let text = "";
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return new Map(
    `\n${text}`.split("\n# ").slice(1).map((section) => {
      const [story = "", ...body] = section.split("\n");
      return [story, body.join("\n").trim()];
    }),
  );
}

function shortened(lines: readonly Line[]): string {
  const texts = lines.map(({ text, times }) => times === 1 ? text : `${text} (${times} times)`);
  const rest = texts.slice(linesMax);
  const kept = texts.slice(0, linesMax).join("\n");
  return rest.length === 0 ? kept : `${kept}\n${rest.length} more: ${digestOf(rest.join("\n"))}`;
}

/** Adds a line. */
function note(to: Line[], line: string): void {
  const text = line.length <= charactersMax
    ? line
    : `${line.slice(0, charactersMax)}... ${digestOf(line)}`;
  const last = to.at(-1);
  if (last?.text === text) last.times++;
  else to.push({ text, times: 1 });
}

/** What happened, in a few words. */
function wordsOf(event: Event): string {
  switch (event.type) {
    case "message":
      return `${event.message.type} from ${event.from.service}@${event.from.node}`;
    case "timer":
      return `timer ${event.name}`;
    case "loaded":
      return `${event.instance} is ${event.result.ok ? "loaded" : "not loaded"}`;
    case "reply":
      return `reply to ${event.id}: ${json(event.result)}`;
    case "peer":
      return `${event.service} ${event.up ? "comes" : "goes"}`;
    default:
      return event.type;
  }
}

/** What is ordered, in full. */
function orderOf(effect: Effect): string {
  if (effect.type === "send") {
    const { node, service } = effect.to;
    return `send ${service}${node === undefined ? "" : `@${node}`} ${json(effect.message)}`;
  }
  if (effect.type === "save") {
    const { key, value, waits } = effect;
    const what = value === undefined ? "nothing" : `${value.length} bytes ${digestOf(value)}`;
    return `save ${key} ${what}${waits === false ? ", later" : ""}`;
  }
  if (effect.type === "timer") return `timer ${effect.name} in ${effect.inMs} ms`;
  if (effect.type === "cancel") return `cancel ${effect.name}`;
  if (effect.type === "log") return `log ${effect.level}: ${effect.text}`;
  return json(effect);
}

/** As JSON, without the quotes around names; bytes are a number and a digest. */
const json = (value: unknown): string =>
  (JSON.stringify(value, shown) ?? "nothing").replaceAll(/(?<=[{,])"(\w+)":/g, "$1: ");

const shown = (_name: string, value: unknown): unknown =>
  value instanceof Uint8Array ? `${value.length} bytes ${digestOf(value)}` : value;

const digestOf = (text: string | Uint8Array): string =>
  createHash("md5").update(text).digest("hex").slice(0, 8);
