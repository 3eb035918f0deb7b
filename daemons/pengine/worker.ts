/**
 * The worker of the policy engine. It is started with no permission at all.
 *
 * @module
 */
import { parse } from "../../metadata/xml/mod.ts";
import { serveMachine } from "../worker_machine.ts";
import { pengine } from "./core.ts";
import { schedule } from "./mod.ts";

serveMachine(pengine({
  schedule(cib, nowS) {
    const { root } = parse(cib, { ignoreWhitespace: true, ignoreComments: true, trackPosition: true });
    return schedule(root, { nowS }).graph;
  },
}));
