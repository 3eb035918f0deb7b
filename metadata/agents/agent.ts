/**
 * An agent's description of itself, in any of the three dialects: an OCF resource agent, a fence
 * agent, or a stonith plugin of the originals.
 *
 * @module
 */
import type { Diagnostic } from "../diagnostic.ts";
import type { Field, Text } from "../field.ts";

/** Which standard a document follows. */
export type Dialect = "ocf" | "fence" | "stonith";

/** One agent. */
export interface Agent {
  /** `IPaddr2`, `fence_apc`, `external/ipmi`. */
  readonly name: string;
  /** Version of the agent. */
  readonly version?: string;
  /** Version of the standard it was written for: the text of the element `version`. */
  readonly api?: string;
  /** One line that says what it is for. */
  readonly short_text?: Text;
  /** All there is to say. */
  readonly long_text?: Text;
  /** Where its vendor is found; fence agents have it. */
  readonly vendorUrl?: string;
  /** Other names under which a fence agent is called, with what it is then. */
  readonly symlinks?: readonly { readonly name: string; readonly text?: string }[];
  /** Its parameters. */
  readonly fields: readonly Field[];
  /** What it can do. */
  readonly actions: readonly AgentAction[];
  /** Names of parameters that were written without a `content` element, as some fence agents do. */
  readonly bare?: readonly string[];
  /** Elements `special` of others, as XML. */
  readonly specials?: readonly string[];
}

/**
 * One action with its attributes as written: `name`, `timeout`, `interval`, `depth`, `role`,
 * `start-delay`, `automatic`, `on_target`.
 */
export type AgentAction = Readonly<Record<string, string>> & { readonly name: string };

/** An agent that was read, and what is odd about how it was written. */
export interface ReadAgent {
  /** What it says of itself. */
  readonly agent: Agent;
  /** The standard that its document follows. */
  readonly dialect: Dialect;
  /** Slips of upstream that were tolerated; `ha plugin check` reports them. */
  readonly slips: readonly Diagnostic[];
}
