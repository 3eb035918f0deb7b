/**
 * The status section of the CIB as crmd writes it, for what else works on it: results of operations,
 * and transient attributes of nodes.
 *
 * @module
 */
export { attributeNames, attributeOf, setAttributes, unsetAttributes } from "../attributes.ts";
export {
  hasFailed,
  lrmElement,
  pendingStatus,
  recordedAs,
  resourcePath,
  resultChanges,
  targetRcOf,
} from "../history.ts";
export { elements } from "../state.ts";
