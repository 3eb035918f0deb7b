/**
 * The sets of seeds of `tests/sim/sim_test.ts`, with more of each than an ordinary test run has time
 * for.
 *
 * @module
 */
import { testSeeds } from "../sim/seeds.ts";

testSeeds({ all: 8, membership: 24, changing: 16, sizes: 4 });
