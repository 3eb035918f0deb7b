/**
 * What would happen: a CIB, perhaps changed before, through the policy engine, and what comes of it.
 *
 * @module
 */
export { findingLine } from "../finding.ts";
export { writeDot } from "../graph/dot.ts";
export { writeGraph } from "../graph/graph_xml.ts";
export { localZone } from "../local_zone.ts";
export { capacityLines } from "../place/trace.ts";
export { transitionSummary } from "../simulate/transition_summary.ts";
export type { Injections } from "../simulate/inject.ts";
export { type OperationSpec, parseOperationSpec } from "../simulate/operation_spec.ts";
export { simulate, type SimulationRequest } from "../simulate/simulation.ts";
export { parseBoolean } from "../unpack/boolean.ts";
export { parseDate } from "../unpack/date.ts";
