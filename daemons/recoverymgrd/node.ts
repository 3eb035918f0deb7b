/**
 * The process of the recovery manager, once the packages that it imports are verified.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { processes } from "../site/flags.ts";
import { main } from "../site/main.ts";
import { refuseUntrusted, refuseUntrustedNode } from "../site/trusted_path.ts";
import { Accepted } from "./accepted.ts";
import { children } from "./children.ts";
import { intensity, pingsMissedMax, recoverymgrd } from "./core.ts";
import { holdAlone } from "./only_one.ts";
import { writeStatus } from "./status_file.ts";

/** A folder that the node configuration names. */
async function makeFolder(field: string, path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DiagnosticError(`Cannot use "${path}"`, [problem(
      [field],
      "the folder cannot be made",
      messageOf(error),
      `make it, owned by this user and with mode 0700, or name another one in "${field}"`,
    )]);
  }
}

/** Milliseconds that a daemon may take to load its code. */
const startMs = 60_000;

/** Runs the node that the first argument configures, until it is asked to end. */
export async function runNode(): Promise<void> {
  await main("recoverymgrd", async ({ config, text }) => {
    const project = decodeURIComponent(new URL("../..", import.meta.url).pathname);
    const places = { project: project.replace(/\/$/, ""), deno: Deno.execPath() };
    await refuseUntrustedNode(config, Deno.args[0] ?? "");
    for (const field of ["run", "state"] as const) await makeFolder(field, config[field]);
    // In a folder such as /tmp somebody else may have made them since.
    await refuseUntrusted([config.run, config.state]);
    // Before anything is written there: another node may use it. Held until this process ends.
    await holdAlone([config.run, config.state]);
    const accepted = new Accepted(Deno.args[0] ?? "", text, config);
    await accepted.save();
    const pingMs = config.hungMs / pingsMissedMax;
    return {
      machines: [
        recoverymgrd({
          children: processes,
          computing: ["pengine"],
          ...intensity,
          stopMs: 75_000,
          pingMs,
          pingsMissedMax,
          startPingsMax: Math.ceil(startMs / pingMs),
        }),
      ],
      stores: new Map(),
      protocol: new Map(),
      builtins: {
        children: children(accepted, places, (status) => writeStatus(config.run, status)),
      },
    };
  }, "none");
}
