/**
 * Reads the node configuration.
 *
 * @module
 */
import { check } from "../../metadata/check.ts";
import { type Checked, problem } from "../../metadata/diagnostic.ts";
import type { ConfigOf } from "../../metadata/field.ts";
import { nodeFields } from "./fields.ts";
import {
  type LinkConfig,
  linkFields,
  type Parameters,
  type PingConfig,
  pingFields,
  splitLink,
} from "./links.ts";
import { brokenRules } from "./rules.ts";

/** A checked node configuration. */
export interface NodeConfig extends Omit<ConfigOf<typeof nodeFields>, "media" | "pings"> {
  /** The links by which the nodes hear each other. */
  readonly media: readonly LinkConfig[];
  /** What answers or does not, with no node behind it. */
  readonly pings?: readonly PingConfig[];
}

/** Reads the text of a node configuration. What is wrong with it is told all at once. */
export function readNodeConfig(text: string): Checked<NodeConfig> {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      diagnostics: [problem(
        [],
        "the node configuration is not JSON",
        error instanceof Error ? error.message : String(error),
        "mend the place named; strings need double quotes, and no comma stands before } or ]",
      )],
    };
  }
  const { media, pings, rest } = withoutParameters(input);
  const checked = check(nodeFields, rest);
  if (!checked.ok) return checked;
  const { value } = checked;
  const config: NodeConfig = {
    ...value,
    media: value.media.map((link, at) => ({ ...media[at], ...link })),
    ...(value.pings === undefined
      ? {}
      : { pings: value.pings.map((ping, at) => ({ ...pings[at], ...ping })) }),
  };
  const diagnostics = brokenRules(config);
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ...checked, value: config };
}

/** What is for the daemons to check, and, by link, the parameters that are not. */
function withoutParameters(input: unknown): {
  readonly media: readonly Parameters[];
  readonly pings: readonly Parameters[];
  readonly rest: unknown;
} {
  if (typeof input !== "object" || input === null) return { media: [], pings: [], rest: input };
  const rest: Record<string, unknown> = { ...input };
  const parameters = (name: "media" | "pings", fields: typeof linkFields | typeof pingFields) => {
    const list = rest[name];
    if (!Array.isArray(list)) return [];
    const split = list.map((link) => splitLink(fields, link));
    rest[name] = split.map(({ known }) => known);
    return split.map(({ parameters }) => parameters);
  };
  return { media: parameters("media", linkFields), pings: parameters("pings", pingFields), rest };
}
