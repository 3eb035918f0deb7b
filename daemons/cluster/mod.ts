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
import { ccm, mayHaveActed, refuseDamaged, savedKey } from "../ccm/mod.ts";
import { cib, type CibConfig, unknownNodes } from "../cib/mod.ts";
import { crmd } from "../crmd/mod.ts";
import { events } from "../events/mod.ts";
import { history } from "../history/mod.ts";
import { bytesMax } from "../site/bounded_file.ts";
import { storeFolder } from "../site/default_folders.ts";
import { readConfigured } from "../site/configured_file.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import type { Composition, Surroundings } from "../site/main.ts";
import { start } from "../start.ts";
import { tengine } from "../tengine/mod.ts";
import { description } from "./description.ts";
import { inOrder } from "./quorum_order.ts";

/** The machines of the process, in the order in which they are started. */
export async function compose(surroundings: Surroundings): Promise<Composition> {
  const { config, store, within } = surroundings;
  const { nodes, deadtimeMs, autojoin, connectivity } = config;
  const quorum = inOrder(await within<Quorum>("quorum"));
  const mayAct = mayHaveActed(quorum);
  const ccmStore = await store("ccm");
  const ccmFile = `${storeFolder(config.state, "cluster", "ccm")}/${savedKey}`;
  refuseDamaged(ccmStore.saved.get(savedKey), ccmFile);
  const cibStore = await store("cib");
  // Only a node that has nothing saved may bring what a new cluster begins with.
  const initial = config.cib === undefined || cibStore.saved.size > 0
    ? undefined
    : (await readConfigured("cib", config.cib, bytesMax.cib)).text;
  return {
    machines: [
      ccm({ nodes, deadtimeMs, joins: autojoin === "any", settledBy: ["cib"] }, { quorum }),
      initial === undefined ? cib({ mayAct }) : firstCib({ initial, mayAct }, config),
      tengine(),
      crmd({}),
      attrd(connectivity === undefined ? {} : { connectivity }),
      history(),
      events(),
    ],
    stores: new Map([
      ["ccm", ccmStore],
      ["cib", cibStore],
      ["crmd", await store("crmd")],
      ["attrd", await store("attrd")],
      ["history", await store("history")],
      ["events", await store("events")],
    ]),
  };
}

/** The machine with the CIB of a new cluster, which a person wrote. */
function firstCib(
  first: CibConfig,
  { cib: path, nodes, autojoin = "none" }: NodeConfig,
): ReturnType<typeof cib> {
  let machine;
  try {
    machine = cib(first);
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
