/**
 * Whether a node is there, as its state in the status section says it.
 *
 * @module
 */
import {
  countStatusChange,
  type EditableCib,
  type EditableElement,
  nodeState,
  set,
} from "./cib_edit.ts";

/** `up`: a member and expected to be one; `down`: gone, as expected; `lost`: gone, unexpectedly. */
export type Presence = "up" | "down" | "lost";

/** Says of a node that it is up, down or lost. */
export function setNodePresence(
  cib: EditableCib,
  node: string,
  presence: Presence,
): EditableElement {
  const state = nodeState(cib, node);
  const running = presence !== "down";
  set(state, {
    in_ccm: presence === "up" ? "true" : "false",
    crmd: running ? "online" : "offline",
    join: running ? "member" : "down",
    expected: running ? "member" : "down",
    "crm-debug-origin": "crm_simulate",
  });
  countStatusChange(cib);
  return state;
}
