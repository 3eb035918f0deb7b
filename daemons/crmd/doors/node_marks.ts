/**
 * Attributes of nodes by which commands ask for what goes on without them, and what tells one life of a
 * node from the next.
 *
 * @module
 */
export { dueMark, leavesMark, restartsMark } from "../node_marks.ts";
export { incarnationAttribute } from "../node_states.ts";
