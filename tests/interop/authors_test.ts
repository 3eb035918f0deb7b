/**
 * What authors of plugins do, at full length: a new plugin of every kind and from every template in a folder outside the
 * project, checked with its types under its own permissions, consented to, and loaded.
 *
 * @module
 */
import { allKinds, templates, tryKinds } from "../../daemons/mgmtd/commands/testing/new_kinds.ts";
import "./serial_template.ts";

tryKinds([...allKinds, ...templates], []);
