/**
 * The program in which an action or a service of one of these agents runs.
 *
 * @module
 */
import { runAgent } from "../../typescript/run_agent.ts";
import * as agents from "./agents.ts";

await runAgent(agents);
