/**
 * A conformance suite: numbered clauses that every plugin of a kind must keep, at every level of
 * isolation. `plugins/handler/<kind>/conformance.ts` exports them as `clauses`; a plugin's
 * `mod_test.ts` runs them with one call of `conform` (see `conform.ts`).
 *
 * A clause awaits every call, because an isolated plugin answers with promises: then the same
 * clause holds inline, in a worker and in a process.
 *
 * @example
 * ```ts
 * export const clauses: readonly Clause<Auth>[] = [{
 *   id: "AUTH1",
 *   says: "what it signed it verifies",
 *   async check(trial) {
 *     await using opened = await trial.open();
 *     const signature = await opened.api.sign(packet);
 *     assert.equal(await opened.api.verify(packet, signature), true);
 *   },
 * }];
 * ```
 *
 * @module
 */

/** One clause of a kind's contract. `A`: its API. `G`: what a plugin's test gives the suite beside. */
export interface Clause<A, G = unknown> {
  /** Kind and number: `AUTH1`. Never used again for another clause. */
  readonly id: string;
  /** The rule in one sentence, in the present tense. */
  readonly says: string;
  /** Throws (an assertion) where the rule is broken. */
  readonly check: (trial: Trial<A, G>) => Promise<void>;
}

/** What a clause is given to try. */
export interface Trial<A, G = unknown> {
  /** The example configuration the plugin's test gave, unchecked. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What else the plugin's test gave: an address of a partner, a sample... */
  readonly given: G;
  /** Opens an instance with the example configuration, changed where `change` says so. */
  open(change?: Readonly<Record<string, unknown>>): Promise<Opened<A>>;
}

/** An open instance; disposing it closes the plugin. */
export interface Opened<A> extends AsyncDisposable {
  readonly api: A;
  /** All that the plugin emitted so far, oldest first. */
  readonly events: readonly unknown[];
  /**
   * Waits for an event.
   * @throws {Error} if none that `matches` came within `withinMs`
   */
  event(matches: (event: unknown) => boolean, withinMs: number): Promise<unknown>;
}
