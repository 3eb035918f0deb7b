/**
 * `ha configure verify`: may this CIB be given to a cluster?
 *
 * @module
 */
import { resolve } from "node:path";
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";

const file = (call: Call, { here }: Where): string | undefined => {
  const [path] = call.positionals;
  return path === undefined || path === "-" ? undefined : resolve(here, path);
};

/** The command. */
export const configureVerify: Command = {
  path: ["configure", "verify"],
  summary: "Check a CIB: the configuration language, bounds, and what the policy engine says of it",
  positionals: "FILE|-",
  details:
    `Every problem is printed with its element and line. - reads standard input. A cluster refuses
a write for the same reasons; warnings name what has no effect.

Exit codes: 0 there is no error; 65 this is no CIB; 78 a cluster refuses it, or cannot use a part of it.`,
  options: {
    quiet: { type: "boolean", short: "q", summary: "Print nothing: the exit code says it" },
  },
  grant(call, where) {
    const path = file(call, where);
    return path === undefined ? {} : { read: [path] };
  },
  async run(call, io, where) {
    if (call.positionals.length !== 1) {
      io.err("Name one CIB: ha configure verify FILE, or - for standard input\n");
      return exit.usage;
    }
    // The engine is loaded by the process that answers, not by the one that starts it.
    const { readInput, sourceName } = await import("../simulate/read_input.ts");
    const { readCib } = await import("../simulate/read_cib.ts");
    const { verify } = await import("../verify.ts");
    const path = file(call, where);
    const cib = readCib(await readInput(path), sourceName(path));
    if (typeof cib === "string") {
      io.err([cib]);
      return exit.badData;
    }
    const { lines, refused } = verify(cib, Math.floor(Date.now() / 1000));
    if (call.options.quiet !== true) io.err(lines);
    return refused ? exit.config : exit.ok;
  },
};
