/**
 * The process that decides: membership, CIB, coordinator and transition engine. The policy engine is
 * a process of its own, so that it can be ended when it computes for too long.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";
import { attrd } from "../attrd/mod.ts";
import { ccm } from "../ccm/mod.ts";
import { cib, unknownNodes } from "../cib/mod.ts";
import { crmd } from "../crmd/mod.ts";
import { bytesMax } from "../site/bounded_file.ts";
import { readConfigured } from "../site/configured_file.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import type { Composition, Surroundings } from "../site/main.ts";
import { start } from "../start.ts";
import { tengine } from "../tengine/mod.ts";
import { description } from "./description.ts";

/** The machines of the process, in the order in which they are started. */
export async function compose(surroundings: Surroundings): Promise<Composition> {
  const { config, store, within } = surroundings;
  const { nodes, deadtimeMs, autojoin, connectivity } = config;
  const quorum = (await within<Quorum>("quorum")).map(({ api }) => api);
  const cibStore = await store("cib");
  // Only a node that has nothing saved may bring what a new cluster begins with.
  const initial = config.cib === undefined || cibStore.saved.size > 0
    ? undefined
    : (await readConfigured("cib", config.cib, bytesMax.cib)).text;
  return {
    machines: [
      ccm({ nodes, deadtimeMs, joins: autojoin === "any", settledBy: ["cib"] }, { quorum }),
      initial === undefined ? cib({}) : firstCib(initial, config),
      tengine(),
      crmd({}),
      attrd(connectivity === undefined ? {} : { connectivity }),
    ],
    stores: new Map([
      ["ccm", await store("ccm")],
      ["cib", cibStore],
      ["crmd", await store("crmd")],
      ["attrd", await store("attrd")],
    ]),
  };
}

/** The machine with the CIB of a new cluster, which a person wrote. */
function firstCib(
  initial: string,
  { cib: path, nodes, autojoin = "none" }: NodeConfig,
): ReturnType<typeof cib> {
  let machine;
  try {
    machine = cib({ initial });
  } catch (error) {
    throw new DiagnosticError(`Cannot use "${path}"`, [problem(
      ["cib"],
      "it is not a CIB",
      messageOf(error),
      "correct the file, or name another one",
      "HA1004",
    )]);
  }
  const unknown = autojoin === "none" ? unknownNodes(machine.state.initial, nodes) : [];
  if (unknown.length > 0) throw new DiagnosticError(`Cannot begin with "${path}"`, unknown);
  return machine;
}

if (import.meta.main) await start(description, compose);
