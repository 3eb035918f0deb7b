/**
 * Answers to clients and services that ask for a parameter by its name in `ha.cf`: those that
 * the original always has, with the values that hold here.
 *
 * @module
 */

/** Where the values come from. */
export interface ParameterSource {
  readonly nodes: readonly string[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly initdeadMs: number;
  readonly warntimeMs?: number;
  readonly deadpingMs?: number;
  readonly autojoin?: string;
}

/** All parameters. */
export function parametersOf(
  config: ParameterSource,
  { cluster = "linux-ha", port = 694 }: { readonly cluster?: string; readonly port?: number } = {},
): ReadonlyMap<string, string> {
  const { keepaliveMs, deadtimeMs, initdeadMs } = config;
  const ms = (value: number) => `${value}ms`;
  return new Map([
    ["cluster", cluster],
    ["node", config.nodes.join(" ")],
    ["keepalive", ms(keepaliveMs)],
    ["deadtime", ms(deadtimeMs)],
    ["warntime", ms(config.warntimeMs ?? deadtimeMs / 2)],
    ["initdead", ms(initdeadMs)],
    ["deadping", ms(config.deadpingMs ?? deadtimeMs)],
    ["autojoin", config.autojoin ?? "none"],
    ["udpport", String(port)],
    ["hopfudge", "1"],
    ["hbversion", "3.0.6"],
    ["hbgenmethod", "file"],
    ["msgfmt", "classic"],
    // Of no meaning here, but what the original says where nothing else was chosen.
    ["baud", "19200"],
    ["auto_failback", "off"],
    ["crm", "off"],
    ["debug", "0"],
    ["normalpoll", "true"],
    ["realtime", "false"],
  ]);
}
