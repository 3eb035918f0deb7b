/**
 * The files of a node that joins, from what the node of the token has given; checked before any of it is
 * written.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../../../metadata/diagnostic.ts";
import { readAuthkeys } from "../../../heartbeat/doors/configuration.ts";
import { readNodeConfig } from "../../../site/node_config/read.ts";
import type { NewNode } from "../new_node.ts";
import type { Places } from "../places.ts";
import type { Ask, Granted } from "./contract.ts";
import { carried } from "./hand_out.ts";

/** Kinds of links that a joining node may get: they use its address, and no device or program. */
const media = ["medium/ucast", "medium/mcast", "medium/bcast"];

/** The files. @throws {DiagnosticError} with everything that is wrong with what was given */
export function joinedFiles(granted: Granted, ask: Ask, places: Places): NewNode {
  const given = granted.config;
  const known = Object.fromEntries(
    [...carried, "nodes", "media"].flatMap((name) =>
      Object.hasOwn(given, name) ? [[name, given[name]]] : []
    ),
  );
  const config = {
    ...known,
    node: ask.name,
    state: places.state,
    run: places.run,
    authkeys: places.authkeys,
  };
  const text = `${JSON.stringify(config, undefined, 2)}\n`;
  const read = readNodeConfig(text);
  const keys = readAuthkeys(granted.authkeys, 0o600);
  const found: Diagnostic[] = [
    ...(read.ok ? elsewhere(read.value, ask) : read.diagnostics),
    ...(keys.ok ? [] : keys.diagnostics),
  ];
  if (found.length > 0) throw new DiagnosticError("Cannot use what the node has given", found);
  return { config: text, authkeys: granted.authkeys };
}

/** A link that is not at the address that was asked for, or of a kind that does more. */
function elsewhere(
  { media: links }: { readonly media: readonly { plugin: string; address?: string }[] },
  { addresses }: Ask,
): Diagnostic[] {
  return links.flatMap(({ plugin, address }, at) =>
    media.includes(plugin) && address === addresses[at]?.address ? [] : [
      problem(
        ["media", at],
        `${plugin} at ${address ?? "no address"} was not asked for`,
        "a node of the cluster may not choose what this machine listens on",
        "write the node configuration by hand",
        "HA0043",
      ),
    ]
  );
}
