/**
 * The worker of the policy engine. It is started with no permission at all.
 *
 * @module
 */
import { serveMachine } from "../runtime/worker_machine.ts";
import { pengine } from "./core.ts";
import { transitionOf } from "./transition_of.ts";

serveMachine(pengine({ schedule: transitionOf }));
