/**
 * `ha compat install`: the programs that agents call back.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { clusterSocket, runFolderOf, runOption } from "../node_sockets.ts";

const folderOf = ({ positionals }: Call, { here }: Where): string =>
  resolve(here, positionals[0] ?? ".");

/** The command. */
export const compatInstall: Command = {
  path: ["compat", "install"],
  summary: "Install crm_attribute, attrd_updater and the other programs that agents call",
  positionals: "FOLDER",
  details: `Writes one script for each program into FOLDER, which must hold nothing else of these
names. An agent finds them if FOLDER is first in its PATH and is its HA_SBIN_DIR (daemons/mgmtd/compat).

Exit codes: 0 the scripts are written; 1 they are not; 64 the arguments are wrong.`,
  options: {
    run: runOption,
    all: {
      type: "boolean",
      summary:
        "For people and scripts: with crm_diff, crm_verify, ..., and programs that change the CIB",
    },
  },
  grant: (call, where) => ({ read: [folderOf(call, where)], write: [folderOf(call, where)] }),
  async run(call, io, where) {
    if (call.positionals.length !== 1) {
      io.err("ha compat install needs one folder [HA0002]. Fix: ha compat install FOLDER");
      return exit.usage;
    }
    const { install } = await import("../../site/install_agent_programs.ts");
    const { toolNames } = await import("../tools/names.ts");
    const folder = folderOf(call, where);
    const { deno, project } = where;
    const problems = install(folder, {
      deno,
      project,
      socket: clusterSocket(call, where),
      ...(call.options.all === true
        ? { tools: { names: toolNames, run: runFolderOf(call, where) } }
        : {}),
    });
    if (problems.length > 0) {
      io.err(problems);
      return exit.error;
    }
    io.out([`The programs are in ${folder}`]);
    return exit.ok;
  },
};
