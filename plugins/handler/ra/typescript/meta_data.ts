/**
 * An agent's OCF 1.1 meta-data, from what its manifest says.
 *
 * @module
 */
import type { Field, Text } from "../../../../metadata/field.ts";
import { stringify, type XmlElement, type XmlNode } from "@std/xml";
import type { AgentManifest } from "./agent.ts";

/** The meta-data as XML. */
export function metaData(agent: AgentManifest): string {
  const { type, version, summary, description, parameters, actions } = agent;
  const root = element("resource-agent", { name: type, version }, [
    element("version", {}, [text("1.1")]),
    ...texts("longdesc", description),
    ...texts("shortdesc", summary),
    element("parameters", {}, parameters.map(parameter)),
    element(
      "actions",
      {},
      actions.map(({ name, timeoutMs, intervalMs }) =>
        element("action", {
          name,
          timeout: `${timeoutMs / 1000}s`,
          ...(intervalMs === undefined ? {} : { interval: `${intervalMs / 1000}s` }),
        })
      ),
    ),
  ]);
  return `<?xml version="1.0"?>\n${stringify(root, { indent: "  " })}\n`;
}

function parameter(field: Field): XmlElement {
  const { fieldname, basictype, required, unique, reloadable, short_text, long_text } = field;
  const short = short_text ?? { en: fieldname };
  return element("parameter", {
    name: fieldname,
    ...(required === true ? { required: "1" } : {}),
    ...(unique === undefined || unique === false
      ? {}
      : { "unique-group": unique === true ? fieldname : unique }),
    ...(reloadable === true ? { reloadable: "1" } : {}),
  }, [
    ...texts("longdesc", long_text ?? short),
    ...texts("shortdesc", short),
    element("content", {
      type: basictype === "integer" || basictype === "boolean" ? basictype : "string",
      ...(field.default === undefined ? {} : { default: String(field.default) }),
    }),
  ]);
}

const texts = (name: string, by: Text): XmlElement[] =>
  Object.entries(by).map(([lang, said]) => element(name, { lang }, [text(said)]));

const text = (said: string): XmlNode => ({ type: "text", text: said });

const element = (
  raw: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlNode[] = [],
): XmlElement => ({ type: "element", name: { raw, local: raw }, attributes, children });
