/**
 * The handler of kind `ra`: classes of resource agents.
 *
 * An operation may take as long as its own timeout. The bound here is the longest timeout that an
 * operation may have, a day.
 *
 * @module
 */
import { handler } from "../../../pils/handler.ts";
import type { Ra } from "./contract.ts";

export default handler<Ra>(
  "ra/1",
  {
    list: "required",
    describe: "required",
    run: "required",
    prepare: "optional",
    end: "optional",
  },
  { deadlinesMs: { list: 20_000, describe: 20_000, run: 86_400_000, end: 2_000 } },
);
