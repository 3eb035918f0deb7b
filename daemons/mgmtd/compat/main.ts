/**
 * The program that agents call back, under the names that they know:
 *
 *     deno run FLAGS main.ts NAME SOCKET INSTANCE ARGUMENTS...
 *
 * `daemons/site/agent_program_scripts.ts` writes the scripts that call it so. It starts in some 40 ms: it imports little, and
 * each name only what it needs.
 *
 * @module
 */
import { connect, type Node } from "./ask.ts";
import { Ending, exitCode } from "./exit_code.ts";
import type { ProgramName } from "../../site/agent_programs.ts";
import type { Program } from "./program.ts";
import { writeAll } from "../write_all.ts";

const programs: Readonly<Record<ProgramName, () => Promise<Program>>> = {
  attrd_updater: async () => (await import("./programs/attrd_updater.ts")).attrdUpdater,
  crm_attribute: async () => (await import("./programs/crm_attribute.ts")).crmAttribute,
  crm_failcount: async () => (await import("./programs/crm_attribute.ts")).crmFailcount,
  crm_master: async () => (await import("./programs/crm_attribute.ts")).crmMaster,
  crm_standby: async () => (await import("./programs/crm_attribute.ts")).crmStandby,
  crm_mon: async () => (await import("./programs/crm_mon.ts")).crmMon,
  crm_node: async () => (await import("./programs/crm_node.ts")).crmNode,
  crm_resource: async () => (await import("./programs/crm_resource.ts")).crmResource,
  cibadmin: async () => (await import("./programs/cibadmin.ts")).cibadmin,
};

const isName = (name: string): name is ProgramName => Object.hasOwn(programs, name);

/** Runs one call, and gives its exit code. @param open what stands for the node at a socket */
export async function main(
  [name = "", socket = "", instance = "", ...args]: readonly string[],
  out: (text: string) => void,
  err: (text: string) => void,
  open: (socket: string) => Promise<Node> = connect,
): Promise<number> {
  const load = isName(name) ? programs[name] : undefined;
  if (load === undefined) {
    err(`No program "${name}"; expected one of ${Object.keys(programs).join(", ")}`);
    return exitCode.usage;
  }
  let node: Node | undefined;
  try {
    const program = await load();
    const call = {
      args,
      instance,
      out,
      err: (text: string) => err(`${name}: ${text}`),
      node: async () => node ??= await open(socket),
    };
    return await program(call);
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    err(`${name}: ${error.message}`);
    return error.code;
  } finally {
    node?.close();
  }
}

if (import.meta.main) {
  Deno.exit(
    await main(
      Deno.args,
      (text) => writeAll(Deno.stdout, text),
      (text) => writeAll(Deno.stderr, `${text}\n`),
    ),
  );
}
