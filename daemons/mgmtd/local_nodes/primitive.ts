/**
 * A resource as the CIB has it.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";

/** An operation: `interval` and `timeout` as the field writes them, `10s`. */
export interface PrimitiveOperation {
  readonly name: string;
  readonly interval: string;
  readonly timeout: string;
}

/** What it is. */
export interface Primitive {
  readonly id: string;
  /** `class`, `type` and, where there is one, `provider`. */
  readonly agent: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly operations?: readonly PrimitiveOperation[];
}

/** As an element of `resources`. */
export function primitiveElement({ id, agent, parameters, operations }: Primitive): XmlElement {
  const pairs = Object.entries(parameters).map(([name, value]) =>
    element("nvpair", { id: `${id}-${name}`, name, value })
  );
  return element("primitive", { id, ...agent }, [
    element("instance_attributes", { id: `${id}-attributes` }, pairs),
    ...(operations === undefined ? [] : [element(
      "operations",
      {},
      operations.map((operation) => element("op", { id: `${id}-${operation.name}`, ...operation })),
    )]),
  ]);
}

const element = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: XmlElement[] = [],
): XmlElement => ({ type: "element", name: { raw: name, local: name }, attributes, children });
