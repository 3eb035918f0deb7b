/**
 * The names of all programs for people and scripts.
 *
 * @module
 */
import { programNames } from "../../site/agent_programs.ts";

/** In the order of the alphabet, those that agents call among them. */
export const toolNames: readonly string[] = [
  ...new Set([
    ...programNames,
    "cibadmin",
    "cl_status",
    "crm_diff",
    "crm_error",
    "crm_mon",
    "crm_resource",
    "crm_rule",
    "crm_shadow",
    "crm_simulate",
    "crm_ticket",
    "crm_verify",
    "crmadmin",
    "stonith_admin",
  ]),
].sort();
