/**
 * The cluster resource manager.
 *
 * @module
 */
export { crmd } from "./core.ts";
export {
  type Coordination,
  type CrmdConfig,
  type CrmdState,
  type Join,
  type Order,
  type Policy,
} from "./state.ts";
