/**
 * What the parts of an element must be together: which of several attributes it has, how many
 * children of a sort.
 *
 * @module
 */
import type { Code } from "../../../metadata/code.ts";
import { children, type XmlElement } from "../unpack/xml.ts";

/** Says what is wrong. */
export type Say = (code: Code, message: string) => void;

/** What the schema 4.0 of Pacemaker 3.0 demands and older ones do not. */
export interface ShapeOptions {
  readonly current: boolean;
}

const count = (element: XmlElement, ...names: readonly string[]): number =>
  children(element).filter(({ name: { raw } }) => names.includes(raw)).length;

const has = ({ attributes }: XmlElement, name: string): boolean => attributes[name] !== undefined;

/** Sections that a configuration has exactly once. */
const sections = ["crm_config", "nodes", "resources", "constraints"] as const;
/** Sections that it may have once. */
const others = [
  "op_defaults",
  "rsc_defaults",
  "fencing-topology",
  "acls",
  "tags",
  "alerts",
] as const;

/** Elements that hold pairs of names and values. */
const sets: ReadonlySet<string> = new Set([
  "cluster_property_set",
  "instance_attributes",
  "meta_attributes",
  "utilization",
]);

/** Looks at one element; its attributes and children by themselves are known to be right. */
export function checkShape(element: XmlElement, say: Say, options: ShapeOptions): void {
  const name = element.name.raw;
  if (sets.has(name)) return identified(element, say, options);
  rules[name]?.(element, say, options);
}

type Rule = (element: XmlElement, say: Say, options: ShapeOptions) => void;

/** Either a set of resources, or what else the constraint names. */
const withSets = (...attributes: readonly string[]): Rule => (element, say) => {
  if (count(element, "resource_set") > 0) return;
  const missing = attributes.filter((one) => !has(element, one));
  if (missing.length === 0) return;
  say(
    "HA3002",
    `<${element.name.raw}> needs ${missing.map((one) => `"${one}"`).join(" and ")}, or a ` +
      "<resource_set>. Fix: name the resources.",
  );
};

const exactlyOne = (names: readonly string[], what: string): Rule => (element, say) => {
  const found = count(element, ...names);
  if (found === 1) return;
  say("HA3007", `<${element.name.raw}> holds ${found} of ${what}. Fix: give it exactly one.`);
};

const oneAttribute = (...names: readonly string[]): Rule => (element, say) => {
  const found = names.filter((name) => has(element, name));
  if (found.length === 1) return;
  const all = names.map((name) => `"${name}"`).join(", ");
  say(
    found.length === 0 ? "HA3002" : "HA3007",
    found.length === 0
      ? `<${element.name.raw}> needs one of the attributes ${all}. Fix: add one of them.`
      : `<${element.name.raw}> has ${
        found.map((name) => `"${name}"`).join(" and ")
      }. Fix: leave one.`,
  );
};

const identified: Rule = (element, say) => {
  if (has(element, "id") || has(element, "id-ref")) return;
  say("HA3002", `<${element.name.raw}> needs the attribute "id". Fix: add it.`);
};

const container = exactlyOne(["docker", "podman", "rkt"], "<podman> and <docker>");
const cloned = exactlyOne(["primitive", "group"], "<primitive> and <group>");

/** Classes whose agents have no provider. */
const withoutProvider: ReadonlySet<string> = new Set([
  "lsb",
  "heartbeat",
  "stonith",
  "service",
  "systemd",
]);

const agent: Rule = (element, say) => {
  const { class: standard, provider, type, template } = element.attributes;
  const name = element.name.raw;
  if (name === "primitive" && template !== undefined) {
    if (standard ?? provider ?? type) {
      say("HA3007", "<primitive> has a template and an agent of its own. Fix: leave one of them.");
    }
    return;
  }
  for (const [attribute, value] of [["class", standard], ["type", type]] as const) {
    if (value === undefined && !(name === "template" && attribute === "type")) {
      say(
        "HA3002",
        `<${name}> needs the attribute "${attribute}". Fix: add it, or name a template.`,
      );
    }
  }
  if (standard === "ocf" && provider === undefined) {
    say(
      "HA3002",
      `<${name}> of class "ocf" needs the attribute "provider". Fix: add it, as "heartbeat".`,
    );
  } else if (standard !== undefined && withoutProvider.has(standard) && provider !== undefined) {
    say(
      "HA3007",
      `<${name}> of class "${standard}" has no provider. Fix: remove the attribute "provider".`,
    );
  }
};

const rules: Readonly<Record<string, Rule>> = {
  acl_permission: oneAttribute("xpath", "reference", "object-type"),
  bundle(element, say, options) {
    container(element, say, options);
    for (const part of ["primitive", "network", "storage"]) {
      if (count(element, part) > 1) {
        say("HA3007", `<bundle> holds more than one <${part}>. Fix: leave one.`);
      }
    }
  },
  clone: cloned,
  configuration(element, say) {
    for (const section of sections) {
      const found = count(element, section);
      if (found === 1) continue;
      say(
        "HA3007",
        `<configuration> holds <${section}> ${found} times. Fix: give it exactly once.`,
      );
    }
    for (const section of others) {
      if (count(element, section) < 2) continue;
      say("HA3007", `<configuration> holds <${section}> more than once. Fix: leave one.`);
    }
  },
  "fencing-level"(element, say, options) {
    oneAttribute("target", "target-pattern", "target-attribute")(element, say, options);
    if (has(element, "target-attribute") !== has(element, "target-value")) {
      say("HA3002", '<fencing-level> needs "target-attribute" and "target-value". Fix: give both.');
    }
  },
  group(element, say) {
    if (count(element, "primitive") === 0) {
      say("HA3007", "<group> is empty. Fix: put a <primitive> into it, or remove it.");
    }
  },
  master: cloned,
  nvpair(element, say, { current }) {
    if (has(element, "id-ref")) {
      if (current && has(element, "name")) {
        say(
          "HA3007",
          '<nvpair> with "id-ref" has no name of its own. Fix: write it out with "id", "name" and ' +
            '"value".',
        );
      }
      return;
    }
    identified(element, say, { current });
    for (const attribute of current ? ["name", "value"] : ["name"]) {
      if (!has(element, attribute)) {
        say("HA3002", `<nvpair> needs the attribute "${attribute}". Fix: add it.`);
      }
    }
  },
  "port-mapping": oneAttribute("port", "range"),
  primitive: agent,
  resource_set(element, say, options) {
    identified(element, say, options);
    if (count(element, "resource_ref") === 0 && !has(element, "id-ref")) {
      say("HA3007", "<resource_set> is empty. Fix: put a <resource_ref> into it, or remove it.");
    }
  },
  rsc_colocation: withSets("rsc", "with-rsc"),
  rsc_location(element, say) {
    if (
      !has(element, "rsc") && !has(element, "rsc-pattern") && count(element, "resource_set") === 0
    ) {
      say(
        "HA3002",
        '<rsc_location> names no resource. Fix: add "rsc", "rsc-pattern" or a <resource_set>.',
      );
    }
    for (const rule of children(element, "rule")) {
      if (has(rule, "score") || has(rule, "score-attribute") || has(rule, "id-ref")) continue;
      say(
        "HA3002",
        `Rule "${rule.attributes.id ?? ""}" has no score. Fix: add "score" or "score-attribute".`,
      );
    }
    if (count(element, "rule") > 0 || (has(element, "node") && has(element, "score"))) return;
    if (count(element, "lifetime") > 0 && has(element, "node")) return;
    say("HA3002", '<rsc_location> needs "node" and "score", or a <rule>. Fix: add them.');
  },
  rsc_order: withSets("first", "then"),
  rsc_ticket: withSets("rsc"),
  rule(element, say, options) {
    if (has(element, "id-ref")) return;
    identified(element, say, options);
    if (children(element).length === 0) {
      say("HA3007", "<rule> holds no expression. Fix: put one into it, or remove it.");
    }
  },
  "storage-mapping": oneAttribute("source-dir", "source-dir-root"),
  tag(element, say) {
    if (count(element, "obj_ref") === 0) {
      say("HA3007", "<tag> is empty. Fix: put an <obj_ref> into it, or remove it.");
    }
  },
  template: agent,
};
