/**
 * The handler of kind `notifier`: plugins that send alerts.
 *
 * A call may take as long as the timeout of its alert, which is ten minutes at most.
 *
 * @module
 */
import { handler } from "../../../pils/handler.ts";
import type { Notifier } from "./contract.ts";

export default handler<Notifier>(
  "notifier/1",
  { notify: "required" },
  { deadlinesMs: { notify: 605_000 } },
);
