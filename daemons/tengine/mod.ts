/**
 * The transition engine.
 *
 * @module
 */
export { tengine } from "./core.ts";
export type { ActionState, Run, Step, TengineState } from "./state.ts";
