/**
 * Meta-data of OCF resource agents, version 1.1, out; `readAgent` reads it.
 *
 * @module
 */
import { isSecret } from "../facts.ts";
import type { Field, Text } from "../field.ts";
import type { XmlElement } from "@std/xml";
import type { Agent } from "./agent.ts";
import { element, text, textElements } from "./element.ts";
import { isSecretName } from "./secret_names.ts";
import { contentElement, specialElements, writeWhole } from "./write.ts";

/** Seconds that an action may take where nobody has said it: OCF demands a number. */
const TIMEOUT_DEFAULT_S = 20;

/**
 * Writes the meta-data of an agent as OCF 1.1. What OCF cannot say goes into its element
 * `special`, so that `readAgent` gives back the very same agent.
 */
export function writeOcf(agent: Agent): string {
  return writeWhole(agent, "ocf", plainOcf);
}

function plainOcf(agent: Agent): XmlElement {
  const { name, version, fields, actions } = agent;
  return element("resource-agent", { name, version }, [
    element("version", {}, [text("1.1")]),
    ...textElements("longdesc", agent.long_text ?? agent.short_text ?? { en: name }),
    ...textElements("shortdesc", agent.short_text ?? { en: name }),
    element("parameters", {}, fields.map(parameterElement)),
    element(
      "actions",
      {},
      actions.map(({ name: action, timeout = `${TIMEOUT_DEFAULT_S}s`, ...more }) =>
        element("action", { name: action, timeout, ...onlyOcf(more) })
      ),
    ),
    ...specialElements(agent),
  ]);
}

/** The order of the children is that of the schema, which is strict about it. */
function parameterElement(field: Field): XmlElement {
  const { fieldname, required, unique, reloadable, deprecated } = field;
  // Every parameter needs one description of each length, and where there is none, its name is one.
  const short: Text = given(field.short_text) ?? given(field.label) ?? { en: fieldname };
  const long: Text = given(field.long_text) ?? short;
  const group = unique === true ? fieldname : unique === false ? undefined : unique;
  const gone = deprecated === true ? {} : deprecated === false ? undefined : deprecated;
  return element(
    "parameter",
    {
      name: fieldname,
      "unique-group": group,
      required: required === true ? "1" : undefined,
      reloadable: reloadable === true ? "1" : undefined,
      // No name tells it, and the cluster must know.
      private: isSecret(field) && !isSecretName(fieldname) ? "1" : undefined,
    },
    [
      ...(gone === undefined ? [] : [element("deprecated", {}, [
        ...(gone.by ?? []).map((by) => element("replaced-with", { name: by })),
        ...textElements("desc", gone.text),
      ])]),
      ...textElements("longdesc", long),
      ...textElements("shortdesc", short),
      contentElement(field, false),
    ],
  );
}

/** Attributes of an action that OCF knows; `automatic` and `on_target` are those of fence agents. */
function onlyOcf(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const known = ["interval", "start-delay", "depth", "role"];
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => known.includes(key)));
}

function given(texts: Text | undefined): Text | undefined {
  return texts !== undefined && Object.keys(texts).length > 0 ? texts : undefined;
}
