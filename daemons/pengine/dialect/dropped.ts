/**
 * What Pacemaker 3.0 no longer knows, and options that nobody knows: they have no effect, which a
 * person should hear of.
 *
 * @module
 */
import { renamed, unchanged } from "../unpack/option_names.ts";
import { children, type XmlElement } from "../unpack/xml.ts";
import type { Code } from "../../../metadata/code.ts";
import { nearest } from "../../../metadata/nearest.ts";

/** Takes what is found. */
export interface Into {
  /** It has no effect. */
  warn(element: XmlElement, code: Code, message: () => string): void;
  /** It has no effect, since 3.0 dropped it. */
  drop(element: XmlElement, code: Code, message: () => string): void;
}

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

const known: ReadonlySet<string> = new Set([...unchanged, ...[...renamed].flat()]);

/** Those of them that a schema of 3.0 refuses. */
const refusedOptions: ReadonlySet<string> = new Set([
  "crmd-finalization-timeout",
  "crmd-integration-timeout",
  "crmd-transition-delay",
  "remove-after-stop",
]);

/** Names of 3.0 by the names of before. */
const newerNames: ReadonlyMap<string, string> = new Map(
  [...renamed].map(([newer, older]) => [older, newer]),
);

/** Says what of a set of cluster options has no effect. */
export function reportOptions(set: XmlElement, into: Into): void {
  for (const pair of children(set, "nvpair")) {
    const { name } = pair.attributes;
    if (name === undefined) continue;
    const newer = newerNames.get(name);
    if (newer !== undefined) {
      into.warn(
        pair,
        "HA3006",
        () => `The option "${name}" is called "${newer}" since Pacemaker 3.0. Fix: write that.`,
      );
    }
    if (known.has(name)) continue;
    const instead = droppedOptions.get(name);
    if (instead !== undefined) {
      const say = refusedOptions.has(name) ? into.drop : into.warn;
      say(
        pair,
        "HA3006",
        () => `The option "${name}" has no effect: Pacemaker 3.0 dropped it. Fix: ${instead}`,
      );
      continue;
    }
    into.warn(pair, "HA3009", () => {
      const meant = nearest(name, known);
      return `The option "${name}" has no effect: there is no such option. ` +
        (meant === undefined
          ? "Fix: remove it, or correct its name."
          : `Fix: write "${meant}" if that is meant.`);
    });
  }
}

/** Says which parts of the configuration language 3.0 dropped. */
export function reportDropped(element: XmlElement, into: Into): void {
  const drop = (code: Code, message: string) => into.drop(element, code, () => message);
  const { class: standard } = element.attributes;
  switch (element.name.raw) {
    case "primitive":
    case "template":
      if (standard === "nagios" || standard === "upstart") {
        drop(
          "HA3006",
          `Pacemaker 3.0 dropped agents of class "${standard}". Fix: use an agent of class ocf, ` +
            `systemd or lsb.`,
        );
      }
      return;
    case "rkt":
      return drop("HA3006", "Pacemaker 3.0 dropped rkt. Fix: use <podman> or <docker>.");
    case "lifetime":
      return drop(
        "HA3006",
        "Pacemaker 3.0 dropped <lifetime>. Fix: give the constraint a rule with the same dates.",
      );
    case "master":
      return drop(
        "HA3006",
        'Pacemaker 3.0 dropped <master>. Fix: write <clone> with the meta attribute "promotable".',
      );
    case "nvpair":
      if (element.attributes.name === "restart-type") {
        drop("HA3006", 'Pacemaker 3.0 dropped "restart-type". Fix: order the resources by kind.');
      }
      return;
    case "op":
    case "resource_set":
    case "rsc_colocation":
    case "rsc_location":
    case "rsc_ticket":
      return reportRoles(element, into);
    case "date_spec":
    case "duration":
      if (element.attributes.moon !== undefined) {
        drop("HA3006", 'Pacemaker 3.0 dropped "moon" in dates. Fix: remove it.');
      }
  }
}

/** Roles that were renamed. */
const roles: Readonly<Record<string, string>> = { Master: "Promoted", Slave: "Unpromoted" };

function reportRoles(element: XmlElement, into: Into): void {
  for (const attribute of ["role", "rsc-role", "with-rsc-role"]) {
    const role = element.attributes[attribute];
    if (role === undefined || !Object.hasOwn(roles, role)) continue;
    into.warn(
      element,
      "HA3006",
      () => `The role "${role}" is called "${roles[role]}" since Pacemaker 3.0. Fix: write that.`,
    );
  }
}
