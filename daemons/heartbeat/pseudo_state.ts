/**
 * The state of pseudo-members.
 *
 * @module
 */
import type { NodeConnectivity } from "../runtime/messages.ts";
import type { HeartbeatConfig } from "./config.ts";

/** One of them. */
export interface PseudoMember {
  readonly name: string;
  /** `ping`, `ping_group`...: what the frame says of itself. */
  readonly info: string;
  readonly plugin: string;
  readonly config: unknown;
  /** State of its plugin. */
  loading: "loading" | "up" | "failed";
  status: "init" | "ping" | "dead";
  /** When it last answered; -1: never. */
  answeredAt: number;
}

/** Those of a configuration, by the name of their plugin's instance. */
export const pseudoMembers = (config: HeartbeatConfig): Map<string, PseudoMember> =>
  new Map((config.pings ?? []).map(({ name, plugin, config }) => [`ping:${name}`, {
    name,
    info: plugin.slice(plugin.indexOf("/") + 1),
    plugin,
    config,
    loading: "loading",
    status: "init",
    answeredAt: -1,
  }]));

/** The state that services see. */
export const pseudoConnectivity = (
  pseudo: ReadonlyMap<string, PseudoMember>,
): NodeConnectivity[] =>
  [...pseudo.values()].map(({ name, status }) => ({
    name,
    kind: "ping",
    status,
    generation: 0,
    links: [{ name, up: status === "ping" }],
  }));
