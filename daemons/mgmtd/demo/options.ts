/**
 * The command line of the demo.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { messageOf } from "../../../metadata/message_of.ts";
import { exit } from "../exit.ts";
import { terminal } from "../terminal.ts";

/** What a person may choose. */
export interface DemoOptions {
  readonly once?: boolean;
  readonly json?: boolean;
  readonly hang?: boolean;
  readonly database?: boolean;
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly stonith?: string;
  readonly plugins?: string;
}

/** Milliseconds that may be asked for. */
const timeMsMax = 60_000;

const usage = `Usage: deno task demo [--once] [--json] [--database] [--hang] [--keepalive MS]
                      [--deadtime MS] [--stonith 'TYPE NAME=VALUE...']
                      [--plugins FOLDER]

Three nodes on this machine: one dies, its service moves.

  --once            end after that, instead of waiting for commands
  --json            print the times as one JSON object
  --database        PostgreSQL in the place of a web server, with a client that writes all the time
  --hang            stop the node's processes instead of killing them
  --keepalive MS    milliseconds between two heartbeats (100)
  --deadtime MS     milliseconds until a silent node counts as dead (500)
  --stonith DEVICE  fence with this device instead of one that ends the processes
  --plugins FOLDER  also load the plugins of the lock in this folder`;

/** The options; or, if there is nothing more to do, the exit code, after a message. */
export function optionsOf(args: readonly string[]): DemoOptions | number {
  const wrong = (why: string): number => {
    terminal.err(`${why}\n\n${usage}\n`);
    return exit.usage;
  };
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h" },
        once: { type: "boolean" },
        json: { type: "boolean" },
        keepalive: { type: "string", default: "100" },
        deadtime: { type: "string", default: "500" },
        hang: { type: "boolean" },
        database: { type: "boolean" },
        stonith: { type: "string" },
        plugins: { type: "string" },
      },
    }));
  } catch (error) {
    return wrong(messageOf(error));
  }
  const { help, keepalive, deadtime, ...others } = values;
  if (help === true) {
    terminal.out(`${usage}\n`);
    return exit.ok;
  }
  for (const [name, text] of [["keepalive", keepalive], ["deadtime", deadtime]] as const) {
    if (!/^[1-9]\d*$/.test(text) || Number(text) > timeMsMax) {
      return wrong(`--${name}: expected milliseconds from 1 to ${timeMsMax}, not "${text}"`);
    }
  }
  return { ...others, keepaliveMs: Number(keepalive), deadtimeMs: Number(deadtime) };
}
