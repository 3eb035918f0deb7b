/**
 * With which configuration the policy engine is asked: the newest, unless it could not decide with
 * that one. Then the one before it goes on deciding what becomes of failures, until the
 * configuration changes.
 *
 * Every node follows the configurations, so that the next coordinator knows the last ones too. What
 * they share stands in memory once.
 *
 * @module
 */
import type { XmlElement } from "../../metadata/xml/mod.ts";
import { digestOf } from "../cib/digest.ts";
import { childIndex } from "../cib/path.ts";
import { formatVersion } from "../cib/version.ts";
import type { Effect } from "../runtime/machine.ts";
import { type CrmdState, log } from "./state.ts";

/** Configurations that are remembered at most, the newest among them. */
export const configurationsMax = 8;
/** Times the policy engine may end while it computes with a configuration before that is to blame. */
export const deathsMax = 2;

/** One configuration that the CIB had. */
export interface Configuration {
  element: XmlElement;
  /** Version of the CIB that had it first. */
  readonly version: string;
  /** Times the policy engine ended, or was silent, while it computed with it. */
  deaths: number;
  /** Why the policy engine cannot decide with it. */
  failed: string | undefined;
}

/** The CIB may have another configuration now. */
export function followConfiguration(
  { configurations, replica: { root, version } }: CrmdState,
): void {
  const element = root?.children[childIndex(root, { tag: "configuration" })];
  if (element?.type !== "element" || version === undefined) return;
  const newest = configurations.at(-1);
  if (newest?.element === element) return;
  if (newest !== undefined && digestOf(newest.element) === digestOf(element)) {
    newest.element = element;
    return;
  }
  configurations.push({ element, version: formatVersion(version), deaths: 0, failed: undefined });
  if (configurations.length > configurationsMax) configurations.shift();
}

/** The configuration to decide with. */
export const configurationToAsk = ({ configurations }: CrmdState): Configuration | undefined =>
  configurations.findLast(({ failed }) => failed === undefined) ?? configurations.at(-1);

/** The CIB with this configuration. */
export function withConfiguration(root: XmlElement, { element }: Configuration): XmlElement {
  const index = childIndex(root, { tag: "configuration" });
  if (root.children[index] === element) return root;
  return { ...root, children: root.children.with(index, element) };
}

/**
 * The policy engine could not decide with a configuration.
 *
 * @returns whether there is another one to decide with.
 */
export function blame(
  state: CrmdState,
  configuration: Configuration,
  why: string,
  out: Effect[],
): boolean {
  const isNews = configuration.failed !== why;
  configuration.failed = why;
  const next = configurationToAsk(state);
  const isOther = next !== undefined && next.failed === undefined;
  if (!isNews) return isOther;
  log(
    out,
    "crit",
    `The policy engine cannot decide with the configuration of CIB ${configuration.version}: ` +
      `${why}. ` +
      (isOther
        ? `Until it is changed, the one of CIB ${next.version} decides what becomes of failures. `
        : `There is no other one: nothing is decided until it is changed. `) +
      `Fix: take back the last change of the configuration`,
  );
  return isOther;
}

/** The policy engine ended or was silent while it computed: that may be the configuration's doing. */
export function countDeath(
  state: CrmdState,
  configuration: Configuration,
  why: string,
  out: Effect[],
): void {
  if (++configuration.deaths >= deathsMax) blame(state, configuration, why, out);
}
