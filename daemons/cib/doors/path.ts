/**
 * Paths of the CIB, for the daemons that look for elements in it and name those that they change.
 *
 * @module
 */
export { childIndex, elementAt, parsePath, type PathStep, stepText } from "../path.ts";
