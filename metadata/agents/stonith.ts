/**
 * Meta-data of stonith plugins in cluster-glue's format, out; `readAgent` reads it. It is OCF 1.0
 * with an additional element `special`.
 *
 * @module
 */
import type { Field } from "../field.ts";
import type { XmlElement } from "@std/xml";
import type { Agent } from "./agent.ts";
import { element, text, textElements } from "./element.ts";
import { HEARTBEAT } from "./read.ts";
import { contentElement, specialElements, writeWhole } from "./write.ts";

/** Writes the meta-data of an agent as the stonith plugins of the originals do. */
export function writeStonith(agent: Agent): string {
  return writeWhole(agent, "stonith", plainStonith);
}

function plainStonith(agent: Agent): XmlElement {
  const { name, version, api = "1.0", fields, actions } = agent;
  return element("resource-agent", { name, version }, [
    element("version", {}, [text(api)]),
    ...textElements("longdesc", agent.long_text),
    ...textElements("shortdesc", agent.short_text),
    element("parameters", {}, fields.map(parameterElement)),
    element("actions", {}, actions.map((action) => element("action", action))),
    element("special", { tag: HEARTBEAT }, [element("version", {}, [text("2.0")])]),
    ...specialElements(agent),
  ]);
}

function parameterElement(field: Field): XmlElement {
  const { fieldname, required, unique } = field;
  return element(
    "parameter",
    {
      name: fieldname,
      unique: unique === true ? "1" : "0",
      required: required === true ? "1" : undefined,
    },
    [
      contentElement(field, false),
      ...textElements("shortdesc", field.short_text),
      ...textElements("longdesc", field.long_text),
    ],
  );
}
