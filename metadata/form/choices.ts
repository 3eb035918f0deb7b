/**
 * Choices that a plugin provides: for example the outlets of a power switch, given its address.
 *
 * The device may be down: the request has a deadline, and without an answer the field accepts any
 * text.
 *
 * @module
 */
import type { Choice, Field } from "../field.ts";
import { isSecret } from "../facts.ts";
import { clearTimer, setTimer, type Timer } from "../timer.ts";

/** Choices of one field at most. */
export const CHOICES_MAX = 1024;
/** Answers that are remembered at most. */
const ANSWERS_MAX = 64;

/** Calls a method of the plugin with the values so far. */
export type AskPlugin = (
  method: string,
  values: Readonly<Record<string, unknown>>,
) => Promise<readonly Choice[]>;

/** Asks a plugin for choices, and remembers what it said for the same values. */
export class Choices {
  readonly #ask: AskPlugin;
  readonly #timeoutMs: number;
  readonly #answers = new Map<string, readonly Choice[]>();

  /** Asks through `ask`, for at most `timeoutMs` milliseconds each time. */
  constructor(ask: AskPlugin, timeoutMs = 5000) {
    this.#ask = ask;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The choices of a field: those of the plugin before those that are written down. If it does not
   * answer in time, or with anything but choices, only the latter are there.
   */
  async of(
    field: Field,
    values: Readonly<Record<string, unknown>>,
  ): Promise<readonly Choice[]> {
    const fixed = field.choices ?? [];
    if (field.choicesfrom === undefined || isSecret(field)) return fixed;
    const key = JSON.stringify([field.choicesfrom, values]);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = await this.#within(this.#ask(field.choicesfrom, values));
    if (answer === undefined) return fixed;
    const all = [...answer, ...fixed].slice(0, CHOICES_MAX);
    if (this.#answers.size >= ANSWERS_MAX) this.#answers.clear();
    this.#answers.set(key, all);
    return all;
  }

  async #within(asked: Promise<readonly Choice[]>): Promise<readonly Choice[] | undefined> {
    let timer: Timer | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimer(() => resolve(undefined), this.#timeoutMs);
    });
    try {
      const answer: unknown = await Promise.race([asked, late]);
      return Array.isArray(answer) && answer.every(isChoice) ? answer : undefined;
    } catch {
      return undefined; // A device that is down is no reason not to fill in a form.
    } finally {
      clearTimer(timer);
    }
  }
}

function isChoice(value: unknown): value is Choice {
  return typeof value === "string" ||
    (typeof value === "object" && value !== null && "value" in value &&
      typeof value.value === "string");
}
