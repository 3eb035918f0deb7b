/**
 * The handler of kind `notifier`: plugins that send alerts.
 *
 * @module
 */
import { handler } from "../../../pils/handler.ts";
import type { Notifier } from "./contract.ts";

export default handler<Notifier>(
  "notifier/1",
  { notify: "required" },
  { deadlinesMs: { notify: 30_000 } },
);
