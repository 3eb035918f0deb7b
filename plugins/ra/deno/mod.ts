/**
 * The class `deno`: resource agents written in TypeScript.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Ra } from "../../handler/ra/contract.ts";
import { agentClass } from "../../handler/ra/typescript/mod.ts";
import { withSecrets } from "../../handler/ra/with_secrets.ts";
import * as agents from "./agents.ts";
import type manifest from "./manifest.ts";

const program = new URL("run.ts", import.meta.url);

const plugin: Plugin<typeof manifest, Ra> = (config) =>
  withSecrets(agentClass(agents, { program, ...config }), config.secrets);

export default plugin;
