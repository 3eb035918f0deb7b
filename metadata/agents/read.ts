/**
 * Reads the meta-data of an agent, leniently: upstream's slips are reported, not refused.
 *
 * @module
 */
import type { Checked, Diagnostic } from "../diagnostic.ts";
import type { Field } from "../field.ts";
import {
  isInstruction,
  parse,
  profiles,
  stringify,
  type XmlElement,
  XmlSyntaxError,
} from "../xml/mod.ts";
import type { Agent, AgentAction, Dialect, ReadAgent } from "./agent.ts";
import { decodeMetaData } from "./decode.ts";
import { childrenOf, textOf, textsOf } from "./element.ts";
import { firstText, parameterSlips, readParameter } from "./parameter.ts";
import { withResidue } from "./residue.ts";

/** Maximum parameters of an agent. */
export const PARAMETERS_MAX = 1024;

/**
 * Reads the meta-data of an agent in any of the dialects; the document shows which one.
 *
 * Bytes are decoded by their byte order mark, their declaration or their content.
 * The diagnostics of a document that cannot be read at all have its line; the slips of one that
 * can are in the value.
 */
export function readAgent(written: string | Uint8Array): Checked<ReadAgent> {
  if (typeof written !== "string") {
    const decoded = decodeMetaData(written);
    if (!("text" in decoded)) return { ok: false, diagnostics: [decoded] };
    const read = readAgent(decoded.text);
    if (!read.ok || decoded.slips.length === 0) return read;
    const slips = [...decoded.slips, ...read.value.slips];
    return { ...read, value: { ...read.value, slips } };
  }
  const refuse = (what: string, why: string, fix: string, line?: number): Checked<ReadAgent> => ({
    ok: false,
    diagnostics: [{
      severity: "error",
      path: ["meta-data"],
      what,
      why,
      fix,
      code: "HA7007",
      ...(line === undefined ? {} : { line }),
    }],
  });
  let root: XmlElement;
  try {
    ({ root } = parse(written, { ...profiles.agent, keepInstructions: true, trackPosition: true }));
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    return refuse(
      "the meta-data is not XML",
      error.message,
      "run the agent's meta-data action by hand and check its output",
      error.line,
    );
  }
  if (root.name.local !== "resource-agent") {
    return refuse(
      `the meta-data begins with <${root.name.raw}>`,
      "an agent's meta-data begins with <resource-agent>",
      "check that this program is an agent",
      root.line,
    );
  }
  const slips: Diagnostic[] = [];
  const dialect = dialectOf(root);
  let agent = readElement(root, dialect, slips);
  const residue = residueIn(root);
  if (residue !== undefined) {
    const whole = withResidue(agent, residue);
    if (whole === undefined) {
      slips.push({
        severity: "warning",
        path: ["special"],
        what: "the private part of the meta-data is invalid",
        why: "its form differs from the one that this version writes",
        fix: "generate the meta-data again",
        code: "HA7007",
      });
    } else agent = whole;
  }
  return { ok: true, value: { agent, dialect, slips }, warnings: [] };
}

/** Reads the elements alone, without the residue in the document. */
export function readElement(root: XmlElement, dialect: Dialect, slips: Diagnostic[]): Agent {
  const [fields, bare] = readFields(root, dialect, slips);
  const { name = "", version, shortdesc } = root.attributes;
  const api = firstText(root, "version");
  const short = shortdesc === undefined ? textsOf(root, "shortdesc") : { en: shortdesc };
  const long = textsOf(root, "longdesc");
  const vendorUrl = firstText(root, "vendor-url");
  const symlinks = childrenOf(root, "symlink").map(({ attributes }) => ({
    name: attributes.name ?? "",
    ...(attributes.shortdesc === undefined ? {} : { text: attributes.shortdesc }),
  }));
  const specials = childrenOf(root, "special").filter((special) => !isOurs(special, dialect))
    .map((special) => stringify(compact(special)));
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(api === undefined ? {} : { api }),
    ...(short === undefined ? {} : { short_text: short }),
    ...(long === undefined ? {} : { long_text: long }),
    ...(vendorUrl === undefined ? {} : { vendorUrl }),
    ...(symlinks.length === 0 ? {} : { symlinks }),
    fields,
    actions: childrenOf(childrenOf(root, "actions")[0], "action")
      .map(({ attributes }): AgentAction => ({ name: "", ...attributes })),
    ...(bare.length === 0 ? {} : { bare }),
    ...(specials.length === 0 ? {} : { specials }),
  };
}

function readFields(
  root: XmlElement,
  dialect: Dialect,
  slips: Diagnostic[],
): readonly [fields: readonly Field[], bare: readonly string[]] {
  const parameters = childrenOf(childrenOf(root, "parameters")[0], "parameter");
  const found = new Map<string, ReturnType<typeof readParameter>>();
  for (const parameter of parameters.slice(0, PARAMETERS_MAX)) {
    const name = parameter.attributes.name ?? "";
    const path = ["parameters", name];
    if (name === "" || name === "__proto__" || found.has(name)) {
      slips.push({
        severity: "warning",
        path,
        what: name === "" ? "a parameter has no name" : `"${name}" cannot be read`,
        why: found.has(name) ? "two parameters have this name" : "a configuration could not set it",
        fix: "rename the parameter",
        code: "HA7007",
        ...(parameter.line === undefined ? {} : { line: parameter.line }),
      });
      continue;
    }
    const read = readParameter(parameter);
    found.set(name, read);
    slips.push(...parameterSlips(read, path, parameter.line));
  }
  const fields = [...found.values()].map(({ field }) => field);
  return [
    dialect === "fence" ? withReplacements(fields, parameters) : fields,
    [...found].filter(([, { bare }]) => bare).map(([name]) => name),
  ];
}

/** In fence agents the new parameter names the old ones, in a field the old one names the new ones. */
function withReplacements(
  fields: readonly Field[],
  parameters: readonly XmlElement[],
): readonly Field[] {
  const by = new Map<string, string[]>();
  const old = new Set<string>();
  for (const { attributes: { name = "", deprecated, obsoletes = "" } } of parameters) {
    if (deprecated === "1" || deprecated === "true") old.add(name);
    for (const before of obsoletes.split(/[\s,]+/).filter((part) => part !== "")) {
      by.set(before, [...(by.get(before) ?? []), name]);
    }
  }
  return fields.map((field) => {
    if (!old.has(field.fieldname)) return field;
    const names = by.get(field.fieldname);
    return { ...field, deprecated: names === undefined ? true : { by: names } };
  });
}

function dialectOf(root: XmlElement): Dialect {
  const parameters = childrenOf(childrenOf(root, "parameters")[0], "parameter");
  if (
    root.attributes.shortdesc !== undefined || childrenOf(root, "vendor-url").length > 0 ||
    parameters.some((parameter) => childrenOf(parameter, "getopt").length > 0)
  ) return "fence";
  const special = childrenOf(root, "special").some(({ attributes }) =>
    attributes.tag === HEARTBEAT
  );
  return special ? "stonith" : "ocf";
}

/** The tag of the element `special` that every stonith plugin has. */
export const HEARTBEAT = "heartbeat";
const STONITH_SPECIAL = `<special tag="${HEARTBEAT}"><version>2.0</version></special>`;
/** The tag of ours, and the target of the instruction where there can be no such element. */
export const PILS = "pils";

function isOurs(special: XmlElement, dialect: Dialect): boolean {
  return special.attributes.tag === PILS ||
    (dialect === "stonith" && stringify(compact(special)) === STONITH_SPECIAL);
}

/** Without the blanks between elements, which differ with the indentation. */
function compact(element: XmlElement): XmlElement {
  const hasElements = element.children.some(({ type }) => type === "element");
  const children = element.children
    .filter((child) => !(hasElements && child.type === "text" && child.text.trim() === ""))
    .map((child) => child.type === "element" ? compact(child) : child);
  return { ...element, children };
}

function residueIn(root: XmlElement): string | undefined {
  for (const child of root.children) {
    if (isInstruction(child) && child.target === PILS) return child.text;
    if (
      child.type === "element" && child.name.local === "special" && child.attributes.tag === PILS
    ) {
      return textOf(child);
    }
  }
  return undefined;
}
