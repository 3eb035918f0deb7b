/**
 * Rules as the policy engine evaluates them, for the commands that show which of them hold.
 *
 * @module
 */
export { parseDate } from "../unpack/date.ts";
export { evaluateDate } from "../unpack/date_rule.ts";
export { evaluateRule, type RuleInput } from "../unpack/rule.ts";
