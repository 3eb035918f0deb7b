/**
 * What happens from the death of a node to the first answer of its service, step by step.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";

/** The steps, in the order of the output. */
export const steps = ["noticed", "view", "fenced", "started", "answer"] as const;

/** One of them. */
export type Step = typeof steps[number];

/** What each step is, for a person. */
const words: Readonly<Record<Exclude<Step, "answer">, string>> = {
  noticed: "the others notice that it is silent",
  view: "they agree on a membership without it, with quorum",
  fenced: "it is fenced, and the device confirms it",
  started: "its service is started on another node",
};

/** Collects the steps and says each as it happens. */
export class Timeline {
  readonly #fromMs: number;
  readonly #say: (line: string) => void;
  readonly #words: Readonly<Record<Step, string>>;
  readonly #at = new Map<Step, number>();
  readonly #done: Promise<void>;
  #finish: () => void = () => {};

  /**
   * @param fromMs when the node was killed, in `performance.now()`.
   * @param say gets one line for each step.
   * @param answer what the first answer of the service is, for a person.
   */
  constructor(fromMs: number, say: (line: string) => void, answer: string) {
    this.#fromMs = fromMs;
    this.#words = { ...words, answer };
    this.#say = say;
    this.#done = new Promise((resolve) => this.#finish = resolve);
  }

  /** A step happened now. Only the first time counts. */
  reach(step: Step, detail: string): void {
    if (this.#at.has(step)) return;
    const ms = performance.now() - this.#fromMs;
    this.#at.set(step, ms);
    this.#say(
      `${ms.toFixed(0).padStart(6)} ms  ${this.#words[step]}${detail === "" ? "" : ` (${detail})`}`,
    );
    if (steps.every((each) => this.#at.has(each))) this.#finish();
  }

  /** Waits until all steps have happened; says which have not, after `withinMs`. */
  async complete(withinMs: number): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimer(() => {
        const missing = steps.filter((step) => !this.#at.has(step)).map((step) =>
          this.#words[step]
        );
        reject(new Error(`Not seen within ${withinMs} ms of the kill: ${missing.join("; ")}`));
      }, withinMs);
    });
    try {
      await Promise.race([this.#done, late]);
    } finally {
      clearTimer(timer);
    }
  }

  /** Milliseconds from the kill to each step. */
  result(): Readonly<Record<`kill_to_${Step}_ms`, number>> {
    const of = (step: Step) => Math.round(this.#at.get(step) ?? Number.NaN);
    return {
      kill_to_noticed_ms: of("noticed"),
      kill_to_view_ms: of("view"),
      kill_to_fenced_ms: of("fenced"),
      kill_to_started_ms: of("started"),
      kill_to_answer_ms: of("answer"),
    };
  }
}
