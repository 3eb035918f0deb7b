/**
 * Changes of a CIB in lines that people read: what is added, what is removed, what is set.
 *
 * @module
 */
import { parse } from "@std/xml";
import { isSecretName } from "../../../metadata/agents/secret_names.ts";
import { hidden, withoutSecrets } from "../api/show/secrets.ts";
import { stringify } from "@std/xml";
import type { CibChange } from "../../runtime/messages.ts";

/** The lines: `+ PATH: XML`, `- PATH`, `~ PATH: NAME="VALUE"`. Values of secrets are hidden. */
export function differenceLines(changes: readonly CibChange[]): readonly string[] {
  return changes.map(withHidden).flatMap((change) => {
    const path = change.path.replace(/^\/cib\/configuration/, "") || "/";
    switch (change.op) {
      case "create":
      case "replace": {
        const sign = change.op === "create" ? "+" : "=";
        const lines = change.xml.trimEnd().split("\n");
        return [`${sign} ${path}`, ...lines.map((line) => `${sign}   ${line}`)];
      }
      case "delete":
        return [`- ${path}`];
      case "modify": {
        const set = Object.entries(change.set ?? {}).map(([key, value]) => `${key}="${value}"`);
        const unset = (change.unset ?? []).map((key) => `without ${key}`);
        return [`~ ${path}: ${[...set, ...unset].join(" ")}`];
      }
    }
  });
}

/** The change with values of secrets hidden. */
export function withHidden(change: CibChange): CibChange {
  switch (change.op) {
    case "create":
    case "replace": {
      const { root } = parse(change.xml, { ignoreWhitespace: true });
      const name = { raw: "instance_attributes", local: "instance_attributes" };
      const shown = root.name.raw === "nvpair"
        ? withoutSecrets({ ...root, name, children: [root] }).children[0]
        : withoutSecrets(root);
      return {
        ...change,
        xml: shown?.type === "element" ? stringify(shown, { indent: "  " }).trimEnd() : "",
      };
    }
    case "modify": {
      const name = /nvpair\[@id='?"?([^'"\]]*)/.exec(change.path)?.[1] ?? "";
      const { set } = change;
      if (set?.value === undefined || !isSecretName(name.replace(/^.*-/, ""))) return change;
      return { ...change, set: { ...set, value: hidden } };
    }
    case "delete":
      return change;
  }
}
