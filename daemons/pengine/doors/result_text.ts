/**
 * Results of operations in Pacemaker's words, for others than the engine: without the engine.
 *
 * @module
 */
export { executionText, exitText } from "../simulate/result_text.ts";
