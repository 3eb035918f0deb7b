/**
 * `ha compat run`: one program of Pacemaker, as the scripts of `ha compat install --all` call it.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Call, Command, Where } from "../command.ts";
import { exit } from "../exit.ts";
import { limitOptions } from "../limits.ts";
import { clusterSocket, heartbeatSocket, runOption, socketGrant } from "../node_sockets.ts";
import { withCode } from "../../../metadata/code.ts";
import { userNames, userOf } from "../steer/user.ts";
import { filesOf } from "../tools/files.ts";
import { shadowFile, type ShadowPlace } from "../tools/shadow_place.ts";
import { wholeGrant } from "../whole_file.ts";

/** The shadow copies that a call means. */
function shadowOf({ options }: Call, { here }: Where): ShadowPlace {
  const { "shadow-folder": folder, shadow } = options;
  return {
    folder: resolve(here, typeof folder === "string" ? folder : ".cib"),
    active: typeof shadow === "string" && shadow !== "" ? shadow : undefined,
  };
}

/** Programs that compute on a document; others may wait for the cluster. */
const computing: ReadonlySet<string> = new Set(["crm_mon", "crm_verify", "crm_rule", "crm_diff"]);

/** The command. */
export const compatRun: Command = {
  path: ["compat", "run"],
  summary: "Run cibadmin, crm_resource or another program of Pacemaker on this cluster",
  positionals: "PROGRAM -- [ARGUMENT...]",
  details:
    "Exit codes and output are those of the program. daemons/mgmtd/tools says what is supported.",
  options: {
    run: runOption,
    "shadow-folder": {
      type: "string",
      value: "FOLDER",
      summary: "Where crm_shadow keeps copies of the configuration",
    },
    shadow: {
      type: "string",
      value: "NAME",
      summary: "The copy to read and change in place of the cluster (CIB_shadow)",
    },
    ...limitOptions,
  },
  endsSoon: ({ positionals: [name = ""] }) => computing.has(name),
  grant(call, where) {
    const [name = "", ...args] = call.positionals;
    const sockets = [
      clusterSocket(call, where),
      ...(name === "cl_status" ? [heartbeatSocket(call, where)] : []),
    ];
    const socket = socketGrant(...sockets);
    const files = filesOf(name, args, where.project).map((path) => resolve(where.here, path));
    const { folder, active } = shadowOf(call, where);
    const copy = active === undefined ? undefined : shadowFile(folder, active);
    const shadow = name === "crm_shadow" ? [folder] : copy === undefined ? [] : wholeGrant(copy);
    return {
      ...socket,
      read: [...socket.read, ...files, ...shadow],
      write: [...socket.write, ...shadow],
      env: userNames,
    };
  },
  async run(call, io, where) {
    const [name, ...args] = call.positionals;
    const { runTool } = await import("../tools/mod.ts");
    const { toolNames } = await import("../tools/names.ts");
    if (name === undefined || !toolNames.includes(name)) {
      const what = `Name one of ${toolNames.join(", ")}`;
      io.err(`${withCode("HA0002", `${what}. Fix: ha compat run PROGRAM -- ARGUMENTS`)}\n`);
      return exit.usage;
    }
    const { connect } = await import("../../runtime/client.ts");
    const { isAbsent } = await import("../node_client.ts");
    const { readInput } = await import("../simulate/read_input.ts");
    const socket = clusterSocket(call, where);
    const shadow = shadowOf(call, where);
    const copy = shadow.active === undefined ? "" : shadowFile(shadow.folder, shadow.active);
    if (copy === undefined) {
      io.err([withCode("HA0002", `CIB_shadow is no name of a shadow copy. Fix: unset CIB_shadow`)]);
      return exit.usage;
    }
    await using clients = new AsyncDisposableStack();
    const opened = async (path: string) => clients.use(await connect(path));
    let cluster: ReturnType<typeof opened> | undefined;
    const read = (path: string) => readInput(path === "-" ? undefined : resolve(where.here, path));
    try {
      return await runTool(name, {
        args,
        client: async () => {
          if (copy === "") return await (cluster ??= opened(socket));
          const { shadowClient } = await import("../tools/shadow.ts");
          return shadowClient(copy, read);
        },
        cluster: () => cluster ??= opened(socket),
        heartbeat: () => opened(heartbeatSocket(call, where)),
        shadow,
        stdin: () => readInput(undefined),
        read,
        out: (text) => io.out(text),
        err: (text) => io.err(text.split("\n")),
        now: () => Date.now(),
        token: () => crypto.randomUUID().slice(0, 8),
        user: userOf(),
        project: where.project,
      }, socket);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      io.err([`${name}: Could not connect to the cluster at ${socket}`]);
      return exit.disconnected;
    }
  },
};
