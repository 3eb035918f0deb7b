/**
 * The process of the recovery manager, once the packages that it imports are verified.
 *
 * @module
 */
import { collectOnce } from "../../metadata/collect.ts";
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { descriptions } from "../processes.ts";
import { presentIn } from "../site/description.ts";
import { exitRestart } from "../runtime/exit_code.ts";
import { main } from "../site/main.ts";
import { letsUsersIn } from "../site/users.ts";
import { refuseUntrusted, refuseUntrustedNode } from "../site/trusted_path.ts";
import { unwanted } from "../site/wanted_plugins.ts";
import { Accepted } from "./accepted.ts";
import { children } from "./children.ts";
import { recoverymgrd, stopAllMs, supervision } from "./core.ts";
import { holdAlone } from "./only_one.ts";
import { installPrograms } from "./programs.ts";
import { refuseTamperedForSite } from "./site_packages.ts";
import { StatusFile } from "./status_file.ts";
import { succeed } from "./succeed.ts";

/** A folder that the node configuration names. */
async function makeFolder(field: string, path: string, forUsers = false): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
    // Other users may pass to the one socket that is theirs; all else there has a mode of its own.
    if (forUsers) await Deno.chmod(path, 0o711);
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
  collectOnce();
  const own = [{ name: "recoverymgrd", services: ["recoverymgrd"] }];
  await main(own, "recoverymgrd", new Map(), async ({ config, text, log }) => {
    const project = decodeURIComponent(new URL("../..", import.meta.url).pathname);
    const places = { project: project.replace(/\/$/, ""), deno: Deno.execPath() };
    await Promise.all([
      refuseTamperedForSite(config),
      refuseUntrustedNode(config, Deno.args[0] ?? ""),
    ]);
    const problems = unwanted(presentIn(descriptions, config), config);
    if (problems.length > 0) {
      throw new DiagnosticError("Cannot use the node configuration", problems);
    }
    await makeFolder("run", config.run, letsUsersIn(config));
    await makeFolder("state", config.state);
    // In a folder such as /tmp somebody else may have made them since.
    await refuseUntrusted([config.run, config.state]);
    // Before anything is written there: another node may use it. Held until this process ends.
    await holdAlone([config.run, config.state]);
    const accepted = new Accepted(Deno.args[0] ?? "", text, config);
    await accepted.save();
    installPrograms(config, places, log);
    const kept = {
      ...supervision(presentIn(descriptions, config), config.hungMs),
      applications: config.applications?.recover ?? [],
    };
    return {
      machines: [recoverymgrd(kept)],
      stopMs: stopAllMs(kept),
      over(code) {
        if (code === exitRestart) succeed(config, places);
        return code;
      },
      builtins: {
        children: children(accepted, places, new StatusFile(config.run, kept.pingMs)),
      },
    };
  });
}
