/**
 * Namespaces in XML 1.0: every prefix must be bound to a namespace where it is used.
 *
 * @module
 */
import type { XmlName } from "./types.ts";

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

/** Which prefixes are bound within the elements that are open, and the names made of them. */
export class Namespaces {
  /** One map for each open element that binds a prefix, with the depth of that element. */
  readonly #scopes: { readonly depth: number; readonly bound: ReadonlyMap<string, string> }[] = [];
  readonly #plain = new Map<string, XmlName>();

  /**
   * The name of an element that opens at `depth`. `prefixed` are its attributes with a colon, and
   * `xmlns`.
   *
   * @throws {Error} saying what is wrong with a name or a binding.
   */
  open(
    raw: string,
    attributes: Readonly<Record<string, string>>,
    prefixed: readonly string[],
    depth: number,
  ): XmlName {
    if (prefixed.length > 0) this.#bind(attributes, prefixed, depth);
    let name = this.#plain.get(raw);
    if (name === undefined) {
      name = this.#nameOf(raw);
      if (name.prefix === undefined) this.#plain.set(raw, name);
    }
    if (prefixed.length > 0) this.#refuseSame(prefixed);
    return name;
  }

  /** The element that was opened at `depth` is closed. */
  close(depth: number): void {
    if (this.#scopes.at(-1)?.depth === depth) this.#scopes.pop();
  }

  #bind(
    attributes: Readonly<Record<string, string>>,
    prefixed: readonly string[],
    depth: number,
  ): void {
    const bound = new Map<string, string>();
    for (const raw of prefixed) {
      if (raw === "xmlns" && (attributes[raw] === XML || attributes[raw] === XMLNS)) {
        throw new Error(`The namespace ${attributes[raw]} may not be the default`);
      }
      if (!raw.startsWith("xmlns:")) continue;
      const prefix = raw.slice(6);
      const uri = attributes[raw]!;
      if (prefix === "" || prefix.includes(":")) throw new Error(`Malformed name ${raw}`);
      if (uri === "") throw new Error(`The prefix ${prefix} is bound to nothing`);
      if (prefix === "xmlns" || uri === XMLNS || (prefix === "xml") !== (uri === XML)) {
        throw new Error(`The prefix ${prefix} may not be bound to ${uri}`);
      }
      bound.set(prefix, uri);
    }
    if (bound.size > 0) this.#scopes.push({ depth, bound });
  }

  #nameOf(raw: string): XmlName {
    const colon = raw.indexOf(":");
    if (colon < 0) return { raw, local: raw };
    const prefix = raw.slice(0, colon);
    const local = raw.slice(colon + 1);
    if (prefix === "" || local === "" || local.includes(":")) {
      throw new Error(`Malformed name ${raw}`);
    }
    if (prefix === "xmlns") throw new Error("An element may not have the prefix xmlns");
    return { raw, local, prefix, uri: this.#uriOf(prefix) };
  }

  /** Two attributes may not mean the same name by two prefixes. */
  #refuseSame(prefixed: readonly string[]): void {
    const seen = new Set<string>();
    for (const raw of prefixed) {
      if (raw === "xmlns" || raw.startsWith("xmlns:")) continue;
      const { local, uri } = this.#nameOf(raw);
      const expanded = `${uri} ${local}`;
      if (seen.has(expanded)) throw new Error(`Duplicate attribute ${raw}`);
      seen.add(expanded);
    }
  }

  #uriOf(prefix: string): string {
    if (prefix === "xml") return XML;
    for (let scope = this.#scopes.length - 1; scope >= 0; scope--) {
      const uri = this.#scopes[scope]!.bound.get(prefix);
      if (uri !== undefined) return uri;
    }
    throw new Error(`The prefix ${prefix} is not bound to a namespace`);
  }
}
