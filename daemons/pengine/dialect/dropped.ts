/**
 * What Pacemaker 3.0 no longer knows, and options that nobody knows: they have no effect, which a
 * person should hear of.
 *
 * @module
 */
import { renamed, unchanged } from "../unpack/option_names.ts";
import { children, type XmlElement } from "../unpack/xml.ts";
import { nearest } from "./nearest.ts";

/** Tells of something in an element, which is used otherwise or not at all. */
export type Warn = (element: XmlElement, message: () => string) => void;

/** Options that were dropped, with what to do instead. */
const droppedOptions: ReadonlyMap<string, string> = new Map([
  ["crmd-finalization-timeout", "use join-finalization-timeout."],
  ["crmd-integration-timeout", "use join-integration-timeout."],
  ["crmd-transition-delay", "use transition-delay."],
  ["default-action-timeout", "set timeout in op_defaults."],
  ["default-migration-threshold", "set migration-threshold in rsc_defaults."],
  ["default-resource-failure-stickiness", "set migration-threshold in rsc_defaults."],
  ["default-resource-stickiness", "set resource-stickiness in rsc_defaults."],
  ["is-managed-default", "set is-managed in rsc_defaults."],
  ["remove-after-stop", "remove it: the history of a stopped resource is kept."],
]);

const known: ReadonlySet<string> = new Set([
  ...unchanged,
  ...[...renamed].flat(),
  "fence-remote-without-quorum",
]);

/** Says what of a set of cluster options has no effect. */
export function reportOptions(set: XmlElement, warn: Warn): void {
  for (const pair of children(set, "nvpair")) {
    const { name } = pair.attributes;
    if (name === undefined || known.has(name)) continue;
    warn(pair, () => {
      const instead = droppedOptions.get(name);
      if (instead !== undefined) {
        return `The option "${name}" has no effect: Pacemaker 3.0 dropped it. Fix: ${instead}`;
      }
      const meant = nearest(name, known);
      return `The option "${name}" has no effect: there is no such option. ` +
        (meant === undefined
          ? "Fix: remove it, or correct its name."
          : `Fix: write "${meant}" if that is meant.`);
    });
  }
}

/** Says which parts of the configuration language 3.0 dropped. */
export function reportDropped(element: XmlElement, warn: Warn): void {
  const { class: standard } = element.attributes;
  switch (element.name.raw) {
    case "primitive":
    case "template":
      if (standard === "nagios" || standard === "upstart") {
        warn(
          element,
          () =>
            `Pacemaker 3.0 dropped agents of class "${standard}". Fix: use an agent of class ocf, ` +
            `systemd or lsb.`,
        );
      }
      return;
    case "rkt":
      return warn(element, () => "Pacemaker 3.0 dropped rkt. Fix: use <podman> or <docker>.");
    case "lifetime":
      return warn(
        element,
        () =>
          "Pacemaker 3.0 dropped <lifetime>. Fix: give the constraint a rule with the same dates.",
      );
    case "nvpair":
      if (element.attributes.name === "restart-type") {
        warn(
          element,
          () => 'Pacemaker 3.0 dropped "restart-type". Fix: order the resources by kind.',
        );
      }
      return;
    case "date_spec":
    case "duration":
      if (element.attributes.moon !== undefined) {
        warn(element, () => 'Pacemaker 3.0 dropped "moon" in dates. Fix: remove it.');
      }
  }
}
