/**
 * Hides values that may be secrets from what is shown: parameters whose names say so.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import { isSecretName } from "../../../../metadata/agents/secret_names.ts";
import { childrenOf, withAttributes } from "../document/element.ts";

/** What stands for a secret. */
export const hidden = "******";

/** The element with secrets hidden, in instance attributes only. */
export function withoutSecrets(of: XmlElement): XmlElement {
  const children = of.children.map((child) => {
    if (child.type !== "element") return child;
    if (of.name.raw !== "instance_attributes" || child.name.raw !== "nvpair") {
      return withoutSecrets(child);
    }
    const { name = "", value = "" } = child.attributes;
    const isReference = value.startsWith("lrm://");
    return isSecretName(name) && !isReference ? withAttributes(child, { value: hidden }) : child;
  });
  return childrenOf(of).length === 0 ? of : { ...of, children };
}
