/**
 * Who may see and change what of the CIB, for the daemons that show parts of it, and for the commands
 * that explain the rules.
 *
 * @module
 */
export { Access, accessOf, type Verdict, visibleTo } from "../access/access.ts";
export { judge, refusedText } from "../access/judge.ts";
export { pathOf, type Place } from "../access/placed.ts";
export { shownBy, shownTo } from "../access/shown.ts";
export { isEnabled, isLimited, type Rule, rulesOf, unlimitedUsers } from "../access/rules.ts";
export { readXpath } from "../access/xpath.ts";
