/**
 * A class of resource agents written in TypeScript: those in `agents.ts`.
 *
 * @module
 */
import type { Plugin } from "../../../../../pils/plugin.ts";
import type { Ra } from "../../contract.ts";
import { agentClass } from "../../typescript/mod.ts";
import { withSecrets } from "../../with_secrets.ts";
import * as agents from "./agents.ts";
import type manifest from "./manifest.ts";

const program = new URL("run.ts", import.meta.url);

const plugin: Plugin<typeof manifest, Ra> = (config) =>
  withSecrets(agentClass(agents, { program, ...config }), config.secrets);

export default plugin;
