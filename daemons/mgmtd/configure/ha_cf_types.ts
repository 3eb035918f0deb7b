/**
 * What `ha.cf` says, as the node configuration has it.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";

/** An interface of this machine; `ha.cf` names interfaces, our media name addresses. */
export interface Interface {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
}

/** A medium as the node configuration has it. */
export interface ImportedMedium {
  readonly plugin: string;
  readonly address?: string;
  /** Of link-local addresses. */
  readonly interface?: string;
  readonly port?: number;
  readonly peers?: readonly { readonly address: string; readonly port: number }[];
  readonly broadcast?: string;
  readonly group?: string;
  readonly ttl?: number;
  readonly loop?: boolean;
  /** A serial line, and its speed. */
  readonly device?: string;
  readonly baud?: number;
}

/** A pseudo-member as the node configuration has it. */
export interface ImportedPing {
  readonly plugin: string;
  readonly name: string;
  readonly address?: string;
  readonly addresses?: readonly string[];
}

/** A watchdog as the node configuration has it. */
export interface ImportedWatchdog {
  readonly plugin: string;
  readonly device: string;
  readonly timeoutMs: number;
}

/** Who may sign on, by names as the file has them: numbers are this machine's to know. */
export interface ImportedRule {
  readonly client: string;
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** What the file says. */
export interface HaCf {
  readonly nodes: readonly string[];
  readonly media: readonly ImportedMedium[];
  readonly pings?: readonly ImportedPing[];
  readonly watchdog?: ImportedWatchdog;
  readonly rules?: readonly ImportedRule[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly initdeadMs: number;
  readonly warntimeMs?: number;
  readonly deadpingMs?: number;
  readonly autojoin?: "none" | "other" | "any";
  readonly packing?: "zlib" | "bz2";
  readonly packFromBytes?: number;
  readonly diagnostics: readonly Diagnostic[];
}
