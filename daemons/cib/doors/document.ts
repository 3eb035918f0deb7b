/**
 * The CIB as a document, for the daemons that read it and write to it: versions, digests, texts, changes,
 * and a copy of it that follows it.
 *
 * @module
 */
export { type Applied, applyChanges, follow, readCib } from "../change.ts";
export { differenceOf } from "../difference.ts";
export { digestOf } from "../digest.ts";
export { initialRoot } from "../initial.ts";
export { newReplica, type Replica, subscribe, take } from "../replica.ts";
export { textOf } from "../text.ts";
export { compareVersions, formatVersion, versionOf } from "../version.ts";
