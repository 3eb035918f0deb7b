/**
 * Nodes by name. Names of nodes are compared without regard to case, as host names are.
 *
 * @module
 */
import type { Node } from "../model.ts";

/** A map whose keys are names of nodes, in whatever case they are written. */
export class NodesByName extends Map<string, Node> {
  override get(name: string): Node | undefined {
    return super.get(name.toLowerCase());
  }
  override has(name: string): boolean {
    return super.has(name.toLowerCase());
  }
  override set(name: string, node: Node): this {
    return super.set(name.toLowerCase(), node);
  }
}
