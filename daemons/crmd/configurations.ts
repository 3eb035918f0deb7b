/**
 * With which configuration the policy engine is asked: the newest, unless it could not decide with
 * that one. Then the last good one goes on deciding what becomes of failures, until the configuration
 * changes.
 *
 * A trial that hangs the engine costs a minute without decisions. So after one, a configuration that
 * was never decided with waits, each time longer, while the good one is in office.
 *
 * Every node follows the configurations, so that the next coordinator knows the last ones too. What
 * they share stands in memory once.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { XmlElement } from "../../metadata/xml/mod.ts";
import { digestOf, formatVersion } from "../cib/doors/document.ts";
import { childIndex } from "../cib/doors/path.ts";
import type { Effect } from "../runtime/machine.ts";
import { type Configuration, reasonCharactersMax } from "./configuration.ts";
import { type CrmdState, log, say } from "./state.ts";

/** Configurations that are remembered at most, the newest among them. */
export const configurationsMax = 8;
/** Times the policy engine may end while it computes with a configuration before that is to blame. */
export const deathsMax = 2;
/** Configurations that ended or hung the engine and are remembered at most. */
export const poisonsMax = 64;
/** Milliseconds before an untried configuration is tried after one that hung the engine; it doubles. */
export const trialPauseMs = 60_000;
/** Longest such wait. */
export const trialPauseMsMax = 600_000;

/** The CIB may have another configuration now. */
export function followConfiguration(
  { configurations, poisons, replica: { root, version } }: CrmdState,
): void {
  const element = root?.children[childIndex(root, { tag: "configuration" })];
  if (element?.type !== "element" || version === undefined) return;
  const newest = configurations.at(-1);
  if (newest?.element === element) return;
  const digest = digestOf(element);
  const at = configurations.findIndex((known) => digestOf(known.element) === digest);
  const [known] = at < 0 ? [] : configurations.splice(at, 1);
  if (known !== undefined) {
    known.element = element;
    configurations.push(known);
    return;
  }
  configurations.push({
    element,
    version: formatVersion(version),
    good: false,
    deaths: 0,
    // One that comes back is known, however many came between.
    failed: poisons.get(digest),
    poison: poisons.has(digest),
  });
  if (configurations.length <= configurationsMax) return;
  // The last good one stays, however many come after it.
  const good = configurations.findLastIndex(({ good }) => good);
  configurations.splice(good === 0 ? 1 : 0, 1);
}

/** The configuration to decide with. */
export function configurationToAsk(
  { configurations, trials }: CrmdState,
  at: number,
): Configuration | undefined {
  const good = configurations.findLast(({ good, failed }) => good && failed === undefined);
  const newest = configurations.at(-1);
  if (good !== undefined) {
    const mayTry = newest !== undefined && newest.failed === undefined && at >= trials.notBeforeMs;
    return mayTry ? newest : good;
  }
  const untried = configurations.findLast(({ failed }) => failed === undefined);
  if (untried !== undefined) return untried;
  // What ended the engine is refused without asking it, until the pause is over.
  return newest?.poison && at < trials.notBeforeMs ? undefined : newest;
}

/** The policy engine has decided with it; possible next coordinators are informed. */
export function praise(state: CrmdState, configuration: Configuration, out: Effect[]): void {
  const { configurations, trials, view } = state;
  if (!configuration.good && view !== undefined) {
    const digest = digestOf(configuration.element);
    for (const { node } of view.members) {
      if (node !== state.self) say(out, node, { type: "good", view: view.epoch, digest });
    }
  }
  configuration.good = true;
  configuration.deaths = 0;
  configuration.failed = undefined;
  configuration.poison = false;
  state.poisons.delete(digestOf(configuration.element));
  if (configurations.at(-1) !== configuration) return;
  trials.hung = 0;
  trials.notBeforeMs = 0;
}

/** The coordinator says that the policy engine has decided with a configuration. */
export function onGood({ configurations }: CrmdState, digest: string): void {
  const known = configurations.find(({ element }) => digestOf(element) === digest);
  if (known !== undefined) known.good = true;
}

/** The coordinator says that a configuration hangs the policy engine, or ends it. */
export function onPoison(state: CrmdState, digest: string, why: string): void {
  remember(state, digest, why);
  const known = state.configurations.find(({ element }) => digestOf(element) === digest);
  if (known === undefined) return;
  known.failed = why;
  known.poison = true;
}

function remember({ poisons }: CrmdState, digest: string, why: string): void {
  poisons.delete(digest);
  poisons.set(digest, why);
  for (const oldest of poisons.keys()) {
    if (poisons.size <= poisonsMax) return;
    poisons.delete(oldest);
  }
}

/** The CIB with this configuration. */
export function withConfiguration(root: XmlElement, { element }: Configuration): XmlElement {
  const index = childIndex(root, { tag: "configuration" });
  if (root.children[index] === element) return root;
  return { ...root, children: root.children.with(index, element) };
}

/**
 * The policy engine could not decide with a configuration.
 *
 * @param failure why; `hung`: it did not answer either, so another trial may cost as much.
 * @returns whether there is another one to decide with.
 */
export function blame(
  state: CrmdState,
  configuration: Configuration,
  { why, hung }: { readonly why: string; readonly hung: boolean },
  at: number,
  out: Effect[],
): boolean {
  const isNews = configuration.failed !== why;
  configuration.failed = why;
  if (hung) {
    configuration.poison = true;
    const { view } = state;
    const digest = digestOf(configuration.element);
    const reason = why.slice(0, reasonCharactersMax);
    remember(state, digest, reason);
    for (const { node } of view?.members ?? []) {
      if (node === state.self || view === undefined) continue;
      say(out, node, { type: "poison", view: view.epoch, digest, why: reason });
    }
    const pauseMs = Math.min(
      trialPauseMs * 2 ** Math.min(state.trials.hung++, 10),
      trialPauseMsMax,
    );
    state.trials.notBeforeMs = at + pauseMs;
    out.push({ type: "timer", name: "trial", inMs: pauseMs });
  }
  const next = configurationToAsk(state, at);
  const isOther = next !== undefined && next.failed === undefined;
  if (!isNews) return isOther;
  log(
    out,
    "crit",
    withCode(
      "HA4002",
      `The policy engine cannot decide with the configuration of CIB ${configuration.version}: ` +
        `${why}. ` +
        (isOther
          ? `Until it is changed, the one of CIB ${next.version} is used for decisions about failures. `
          : `There is no other one: the cluster decides nothing until it is changed. `) +
        `Fix: take back the last change of the configuration`,
    ),
  );
  return isOther;
}

/** The policy engine ended or was silent while it computed: that may be the configuration's doing. */
export function countDeath(
  state: CrmdState,
  configuration: Configuration,
  why: string,
  at: number,
  out: Effect[],
): void {
  if (++configuration.deaths >= deathsMax) {
    blame(state, configuration, { why, hung: true }, at, out);
  }
}
