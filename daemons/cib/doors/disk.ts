/**
 * The CIB that a node has left on its disk, for faces that look at a node that does not run.
 *
 * @module
 */
export { readJournal } from "../journal.ts";
