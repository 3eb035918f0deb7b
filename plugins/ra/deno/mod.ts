/**
 * The class `deno`: resource agents written in TypeScript.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Ra } from "../../handler/ra/contract.ts";
import { agentClass } from "../../handler/ra/typescript/mod.ts";
import * as agents from "./agents.ts";
import type manifest from "./manifest.ts";

const program = new URL("run.ts", import.meta.url);

const plugin: Plugin<typeof manifest, Ra> = (config) => agentClass(agents, { program, ...config });

export default plugin;
