/**
 * A test of the testers: each planted bug is found. Those that take long to show are in
 * `slow_bugs_test.ts`.
 *
 * @module
 */
import { bugs } from "./bugs/mod.ts";
import { slow } from "./bugs/slow.ts";
import { isFound } from "./testing/planted.ts";

for (const [name, bug] of Object.entries(bugs)) if (!slow.has(name)) isFound(name, bug);
