/**
 * Which fencing devices the CIB configures: every primitive of class `stonith`.
 *
 * @module
 */
import { boundedMs } from "../runtime/duration.ts";
import { parse, type XmlElement } from "@std/xml";
import type { CibChange } from "../runtime/messages.ts";

/** One device, as configured. */
export interface DeviceConfig {
  /** Id of the primitive. */
  readonly id: string;
  /** Plugin of kind `stonith`: `stonith/process` for a primitive of type `process`. */
  readonly plugin: string;
  /** The device's own parameters. */
  readonly config: Readonly<Record<string, string>>;
  /** Names of the nodes it fences, where the configuration says so (`pcmk_host_list`). */
  readonly hosts?: readonly string[];
  /** Milliseconds to wait before it is used (`pcmk_delay_base`), so that two halves do not race. */
  readonly delayMs: number;
}

/** One step of a fencing topology: devices that must all succeed. */
export interface FencingLevel {
  readonly target: string;
  readonly index: number;
  readonly devices: readonly string[];
}

/** All that a CIB says of fencing. */
export interface FencingConfig {
  readonly devices: readonly DeviceConfig[];
  readonly levels: readonly FencingLevel[];
}

/**
 * Reads the configuration of fencing out of a CIB.
 *
 * @throws {XmlSyntaxError} if it is not XML.
 */
export function fencingOf(cib: string): FencingConfig {
  const { root } = parse(cib, { ignoreWhitespace: true, ignoreComments: true });
  const devices: DeviceConfig[] = [];
  const levels: FencingLevel[] = [];
  const visit = (element: XmlElement): void => {
    for (const child of element.children) {
      if (child.type !== "element") continue;
      const { attributes } = child;
      if (child.name.local === "primitive" && attributes.class === "stonith") {
        devices.push(deviceOf(child));
      } else if (child.name.local === "fencing-level") {
        levels.push({
          target: attributes.target ?? "",
          index: Number(attributes.index ?? "1"),
          devices: (attributes.devices ?? "").split(",").map((name) => name.trim()).filter(Boolean),
        });
      } else if (child.name.local !== "status") visit(child);
    }
  };
  visit(root);
  // Texts of their own: a device outlives the document that configured it.
  return structuredClone({
    devices: devices.sort((a, b) => a.id < b.id ? -1 : 1),
    levels: levels.sort((a, b) => a.index - b.index),
  });
}

/** Sections of the CIB in which neither a device nor a topology can stand. */
const otherSections: readonly string[] = [
  "status",
  "configuration/crm_config",
  "configuration/constraints",
]
  .map((section) => `/cib/${section}`);

/**
 * Whether a change can be one of fencing: to read a whole CIB takes long, and most changes are of its
 * status.
 */
export function mayConcernFencing({ path }: Pick<CibChange, "path">): boolean {
  return !otherSections.some((section) =>
    path === section || path.startsWith(`${section}/`) || path.startsWith(`${section}[`)
  );
}

/** The plugin of a type of devices. */
export const pluginOf = (type: string): string =>
  `stonith/${type.replace(/^external\//, "external_")}`;

function deviceOf(primitive: XmlElement): DeviceConfig {
  const all: Record<string, string> = {};
  for (const set of primitive.children) {
    if (set.type !== "element" || set.name.local !== "instance_attributes") continue;
    for (const pair of set.children) {
      if (pair.type !== "element" || pair.attributes.name === undefined) continue;
      all[pair.attributes.name] = pair.attributes.value ?? "";
    }
  }
  // Parameters of the cluster, not of the device, begin with `pcmk_` in the field's dialect.
  const own = Object.entries(all).filter(([name]) => !name.startsWith("pcmk_"));
  const hosts = all["pcmk_host_list"]?.split(/[\s,;]+/).filter(Boolean);
  return {
    id: primitive.attributes.id ?? "",
    plugin: pluginOf(primitive.attributes.type ?? ""),
    config: Object.fromEntries(own),
    ...(hosts === undefined ? {} : { hosts }),
    delayMs: boundedMs(durationMs(all["pcmk_delay_base"] ?? "0")),
  };
}

/** `5`, `5s`, `200ms`, `1min` as milliseconds; what cannot be read is no delay. */
function durationMs(text: string): number {
  const found = /^(\d{1,9})(ms|s|sec|min|m)?$/.exec(text.trim());
  if (!found) return 0;
  const factor = { ms: 1, s: 1000, sec: 1000, min: 60_000, m: 60_000 }[found[2] ?? "s"] ?? 1000;
  return Number(found[1]) * factor;
}
