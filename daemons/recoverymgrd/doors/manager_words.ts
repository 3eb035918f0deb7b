/**
 * The command line of the recovery manager of a node, as its unit has it.
 *
 * @module
 */
import { collectFlag } from "../../../metadata/collect.ts";
import { runWords } from "../../site/flags.ts";

/** After the path of Deno. @param folders state and run folder of the node */
export const managerWords = (
  project: string,
  config: string,
  folders: readonly string[],
): readonly string[] => [
  ...runWords({
    project,
    module: "daemons/recoverymgrd/mod.ts",
    grant: { read: [config, ...folders], write: folders, run: ["/bin/sh"] },
    v8: [collectFlag],
  }),
  config,
];
