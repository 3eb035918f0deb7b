/**
 * A program of Pacemaker that people and scripts call, under its own name: `cibadmin`, `crm_resource`.
 *
 * Unlike the programs that agents call (`../compat/`), these may be slow to start, and change the
 * configuration. What a tool does not know is left to the program of the same name there.
 *
 * @module
 */
import type { Client } from "../../runtime/client.ts";
import type { ShadowPlace } from "./shadow_place.ts";

/** The world of one call. */
export interface ToolCall {
  readonly args: readonly string[];
  /** Connects when it is needed; with an active shadow copy, to that. */
  client(): Promise<Client>;
  /** The running cluster, whatever shadow copy is active. */
  cluster(): Promise<Client>;
  /** The same to heartbeat, for the tools that ask it. */
  heartbeat(): Promise<Client>;
  /** Where shadow copies of the configuration are. */
  readonly shadow: ShadowPlace;
  /** All of standard input. */
  stdin(): Promise<string>;
  /** The text of a file that the call names (`files.ts`); `-` is standard input. */
  read(path: string): Promise<string>;
  out(text: string): void;
  err(text: string): void;
  /** Milliseconds since 1970. */
  now(): number;
  /** Random, for one change. */
  token(): string;
  /** Who calls. */
  readonly user: string;
  /** The project's folder. */
  readonly project: string;
}

/** The program. */
export interface Tool {
  /** Does it, and gives the exit code; undefined: it is for the program that agents call. */
  run(call: ToolCall): Promise<number | undefined>;
}
