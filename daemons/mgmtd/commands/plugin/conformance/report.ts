/**
 * `ha plugin check` of an agent: its conformance to the standard, for people and as JSON.
 *
 * @module
 */
import type { Io } from "../../../command.ts";
import { exit } from "../../../exit.ts";
import { operated, type Values } from "../../resource/operate.ts";
import type { Places } from "../places.ts";
import { conduct, type Outcome } from "./conduct.ts";

/** What is checked, and how it is shown. */
export interface Checked {
  /** `class:provider:type`. */
  readonly word: string;
  /** Parameters of the agent, and of the plugin of its class. */
  readonly parameters: Values;
  readonly plugin: Values;
  readonly json: boolean;
}

/**
 * Tries all clauses on an agent.
 *
 * @throws {DiagnosticError} if there is no such class or agent.
 */
export async function checkAgent(
  { word, parameters, plugin, json }: Checked,
  places: Places,
  io: Io,
): Promise<number> {
  return await operated(word, plugin, places, async (one) => {
    const lines = new Lines((line) => json ? undefined : io.out([line]));
    const outcomes = await conduct(one, parameters, (outcome) => lines.add(outcome));
    lines.end();
    const failed = outcomes.filter(({ result }) => result === "failed");
    const conforms = failed.length === 0;
    if (json) {
      const report = { agent: one.name, conforms, clauses: outcomes };
      io.out(`${JSON.stringify(report, undefined, 2)}\n`);
    } else {
      io.out([
        conforms
          ? `${one.name} conforms.`
          : `${one.name} does not conform: ${failed.map(({ id }) => id).join(", ")}`,
      ]);
    }
    return conforms ? exit.ok : exit.error;
  });
}

/** One line for each outcome, and one for all those in a row that were skipped for the same reason. */
class Lines {
  readonly #say: (line: string) => void;
  #skipped: readonly Outcome[] = [];

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(outcome: Outcome): void {
    const isSkipped = outcome.result === "skipped";
    if (!isSkipped || this.#skipped[0]?.detail !== outcome.detail) this.end();
    if (isSkipped) this.#skipped = [...this.#skipped, outcome];
    else this.#say(lineOf(outcome));
  }

  end(): void {
    const [first] = this.#skipped;
    const last = this.#skipped.at(-1);
    if (first === undefined || last === undefined) return;
    this.#skipped = [];
    this.#say(
      first === last
        ? lineOf(first)
        : `${marks.skipped} ${first.id} to ${last.id}: ${first.detail}`,
    );
  }
}

const marks = { ok: "ok     ", failed: "FAILED ", skipped: "skipped" } as const;

function lineOf({ id, says, result, detail, runMs }: Outcome): string {
  const time = runMs === undefined ? "" : ` (${runMs} ms)`;
  return `${marks[result]} ${id.padEnd(5)} ${says}${time}${
    detail === undefined ? "" : `: ${detail}`
  }`;
}
