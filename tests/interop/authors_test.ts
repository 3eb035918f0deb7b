/**
 * What authors of plugins do, at full length: a new plugin of every kind in a folder outside the
 * project, checked with its types under its own permissions, consented to, and loaded.
 *
 * @module
 */
import { allKinds, tryKinds } from "../../daemons/mgmtd/commands/testing/new_kinds.ts";

tryKinds(allKinds, []);
