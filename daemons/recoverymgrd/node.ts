/**
 * The process of the recovery manager, once the packages that it imports are verified.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { descriptions } from "../processes.ts";
import type { ProcessList } from "../site/description.ts";
import { main } from "../site/main.ts";
import { refuseUntrusted, refuseUntrustedNode } from "../site/trusted_path.ts";
import { unwanted } from "../site/wanted_plugins.ts";
import { Accepted } from "./accepted.ts";
import { children } from "./children.ts";
import { recoverymgrd, stopAllMs, supervision } from "./core.ts";
import { holdAlone } from "./only_one.ts";
import { StatusFile } from "./status_file.ts";

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
      "HA1004",
    )]);
  }
}

/** Runs the node that the first argument configures, until it is asked to end. */
export async function runNode(): Promise<void> {
  const list: ProcessList = descriptions;
  const own = [{ name: "recoverymgrd", services: ["recoverymgrd"] }];
  await main(own, "recoverymgrd", new Map(), async ({ config, text }) => {
    const project = decodeURIComponent(new URL("../..", import.meta.url).pathname);
    const places = { project: project.replace(/\/$/, ""), deno: Deno.execPath() };
    await refuseUntrustedNode(config, Deno.args[0] ?? "");
    const problems = unwanted(descriptions, config);
    if (problems.length > 0) {
      throw new DiagnosticError("Cannot use the node configuration", problems);
    }
    for (const field of ["run", "state"] as const) await makeFolder(field, config[field]);
    // In a folder such as /tmp somebody else may have made them since.
    await refuseUntrusted([config.run, config.state]);
    // Before anything is written there: another node may use it. Held until this process ends.
    await holdAlone([config.run, config.state]);
    const accepted = new Accepted(Deno.args[0] ?? "", text, config);
    await accepted.save();
    const kept = supervision(list, config.hungMs);
    return {
      machines: [recoverymgrd(kept)],
      stopMs: stopAllMs(kept),
      builtins: {
        children: children(accepted, places, new StatusFile(config.run, kept.pingMs)),
      },
    };
  });
}
