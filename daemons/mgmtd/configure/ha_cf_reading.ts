/**
 * The reading of `ha.cf`: what has been read so far, and the line at hand.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";
import type { HaCf, ImportedMedium, ImportedPing, ImportedRule, Interface } from "./ha_cf_types.ts";

/** What has been read so far. */
export interface Reading {
  /** This machine's, to find the addresses of devices. */
  readonly interfaces: readonly Interface[];
  readonly diagnostics: Diagnostic[];
  readonly nodes: string[];
  readonly media: ImportedMedium[];
  readonly pings: ImportedPing[];
  readonly rules: ImportedRule[];
  /** Milliseconds, by directive. */
  readonly times: Map<string, number>;
  /** Directives that were read, of those that may be there once. */
  readonly once: Set<string>;
  /** The watchdog. */
  device?: string;
  autojoin?: NonNullable<HaCf["autojoin"]>;
  packing?: NonNullable<HaCf["packing"]>;
  packFromBytes?: number;
  /** Holds for the media that follow. */
  port: number;
  /** Holds for the serial lines that follow. */
  baud: number;
}

/** One line, divided into words. */
export interface Line {
  readonly directive: string;
  readonly words: readonly string[];
  /** All that follows the directive, as it may be shown. */
  readonly shown: string;
  error(what: string, why: string, fix: string): void;
  warning(what: string, why: string, fix: string): void;
}

/** Reads a line of one directive. */
export type Read = (reading: Reading, line: Line) => void;

/** Characters of a line that a message repeats. */
const shownMax = 40;

/** The line at a number, without its comment. */
export function lineOf({ diagnostics }: Reading, plain: string, line: number): Line {
  const [directive = "", ...words] = plain.trim().split(/\s+/);
  const report = (severity: Diagnostic["severity"]) => (what: string, why: string, fix: string) =>
    void diagnostics.push({ severity, path: ["ha.cf"], line, what, why, fix, code: "HA1009" });
  return {
    directive,
    words,
    shown: words.join(" ").slice(0, shownMax),
    error: report("error"),
    warning: report("warning"),
  };
}
