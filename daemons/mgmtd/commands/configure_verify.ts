/**
 * `ha configure verify`: may this CIB be given to a cluster?
 *
 * @module
 */
import { resolve } from "node:path";
import type { Call, Command, Io, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { limitOptions } from "../limits.ts";
import { isAbsent } from "../node_client.ts";
import { clusterSocket, runOption } from "../node_sockets.ts";
import { stateOption } from "../stored_cib.ts";
import { onDocument, steerGrant } from "./steer.ts";

const file = (call: Call, { here }: Where): string | undefined => {
  const [path] = call.positionals;
  return path === undefined || path === "-" ? undefined : resolve(here, path);
};

/** The command. */
export const configureVerify: Command = {
  path: ["configure", "verify"],
  summary: "Check a CIB: the configuration language, bounds, and what the policy engine says of it",
  positionals: "[FILE|-]",
  details:
    `Every problem is printed with its element and line. - reads standard input. Without FILE it checks the
CIB of this machine's node, its resources also against their agents; of a node that does not run, the CIB on
its disk. A cluster refuses a write for the same reasons; warnings name what has no effect, or contradicts
itself.

Exit codes: 0 there is no error; 65 this is no CIB; 78 a cluster refuses it, or cannot use a part of it.`,
  options: {
    quiet: { type: "boolean", short: "q", summary: "Print nothing: the exit code says it" },
    run: runOption,
    state: stateOption,
    ...limitOptions,
  },
  endsSoon: () => true,
  grant(call, where) {
    if (call.positionals.length === 0) return steerGrant(call, where, false);
    const path = file(call, where);
    return path === undefined ? {} : { read: [path] };
  },
  async run(call, io, where) {
    if (call.positionals.length === 0) return await ofNode(call, io, where);
    if (call.positionals.length !== 1) {
      io.err("Name one CIB: ha configure verify FILE, or - for standard input\n");
      return exit.usage;
    }
    // The engine is loaded by the process that answers, not by the one that starts it.
    const { readInput, sourceName } = await import("../simulate/read_input.ts");
    const { readCib } = await import("../simulate/read_cib.ts");
    const { verify } = await import("../verify.ts");
    const { moreLines } = await import("../verify_more.ts");
    const path = file(call, where);
    const cib = readCib(await readInput(path), sourceName(path));
    if (typeof cib === "string") {
      io.err([cib]);
      return exit.badData;
    }
    const { lines, refused } = verify(cib, Math.floor(Date.now() / 1000));
    if (call.options.quiet !== true) io.err([...lines, ...moreLines(cib)]);
    return refused ? exit.config : exit.ok;
  },
};

/** The CIB of this machine's node, and its resources against their agents where it runs. */
async function ofNode(call: Call, io: Io, where: Where): Promise<number> {
  const { verify } = await import("../verify.ts");
  const { moreLines } = await import("../verify_more.ts");
  const { agentFindings } = await import("../verify_agents.ts");
  const { connect } = await import("../../runtime/client.ts");
  return await onDocument(call, io, where, async (cib) => {
    const { lines, refused } = verify(cib, Math.floor(Date.now() / 1000));
    let wrong: readonly string[] = [];
    try {
      await using client = await connect(clusterSocket(call, where));
      wrong = await agentFindings(client, cib);
    } catch (error) {
      // Another user than the node's may read the CIB, and not ask for agents.
      if (!isAbsent(error) && !(error instanceof Deno.errors.PermissionDenied)) throw error;
    }
    if (call.options.quiet !== true) io.err([...lines, ...moreLines(cib), ...wrong]);
    return refused || wrong.some((line) => line.startsWith("error")) ? exit.config : exit.ok;
  });
}
