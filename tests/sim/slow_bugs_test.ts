/**
 * Planted bugs that take long to show: `deno task interop nodes`.
 *
 * @module
 */
import { bugs } from "./bugs/mod.ts";
import { slow } from "./bugs/slow.ts";
import { isFound } from "./testing/planted.ts";

for (const [name, bug] of Object.entries(bugs)) if (slow.has(name)) isFound(name, bug);
