/**
 * Meta-data of fence agents, out; `readAgent` reads it.
 *
 * @module
 */
import type { Field } from "../field.ts";
import { textIn } from "../text.ts";
import type { XmlElement } from "@std/xml";
import type { Agent } from "./agent.ts";
import { element, text, textElements } from "./element.ts";
import { contentElement, specialElements, writeWhole } from "./write.ts";

/**
 * Writes the meta-data of an agent as fence agents do. What they cannot say goes into an
 * instruction `<?pils ?>`, which no schema minds, so that `readAgent` gives back the same agent.
 */
export function writeFence(agent: Agent): string {
  return writeWhole(agent, "fence", plainFence);
}

function plainFence(agent: Agent): XmlElement {
  const { name, fields, actions, vendorUrl, symlinks = [], bare = [] } = agent;
  const long = textIn(agent.long_text, "en");
  return element(
    "resource-agent",
    { name, shortdesc: textIn(agent.short_text, "en") ?? name },
    [
      ...symlinks.map((link) => element("symlink", { name: link.name, shortdesc: link.text })),
      ...(long === undefined ? [] : [element("longdesc", {}, [text(long)])]),
      ...(vendorUrl === undefined ? [] : [element("vendor-url", {}, [text(vendorUrl)])]),
      element(
        "parameters",
        {},
        fields.map((field) => parameterElement(field, fields, bare.includes(field.fieldname))),
      ),
      element("actions", {}, actions.map((action) => element("action", action))),
      ...specialElements(agent),
    ],
  );
}

function parameterElement(field: Field, fields: readonly Field[], isBare: boolean): XmlElement {
  const { fieldname, required, unique, deprecated, getopt } = field;
  const obsoletes = fields.filter((other) =>
    typeof other.deprecated === "object" && other.deprecated.by?.includes(fieldname)
  ).map((other) => other.fieldname);
  return element(
    "parameter",
    {
      name: fieldname,
      unique: unique === true ? "1" : "0",
      required: required === true ? "1" : "0",
      deprecated: deprecated ? "1" : undefined,
      obsoletes: obsoletes.length === 0 ? undefined : obsoletes.join(","),
    },
    [
      ...(getopt === undefined ? [] : [element("getopt", { mixed: getopt })]),
      ...(isBare ? [] : [contentElement(field, true)]),
      ...textElements("shortdesc", field.short_text),
      ...textElements("longdesc", field.long_text),
    ],
  );
}
