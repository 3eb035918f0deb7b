/**
 * Leaves garbage behind; prints what the heap takes, in MiB, before and after the collection.
 *
 *     deno run --v8-flags=--expose-gc metadata/testdata/collects.ts
 */
import { collectOnce } from "../collect.ts";
import { setTimer } from "../timer.ts";

const heapMiB = () => Math.round(Deno.memoryUsage().heapTotal / 2 ** 20);
collectOnce(1);
let objects: object[] = Array.from({ length: 500_000 }, (_, at) => ({ at }));
const before = objects.length > 0 ? heapMiB() : 0;
objects = [];
setTimer(() => console.log(`${before} ${heapMiB()}`), 50);
