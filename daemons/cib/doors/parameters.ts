/**
 * Parameters of resources against what their agents say of themselves: the rules by which the cib judges
 * a write, for faces that judge before it.
 *
 * @module
 */
export {
  agentKey,
  agentsTouched,
  type MetaData,
  parametersText,
  wrongParameters,
} from "../written_parameters.ts";
