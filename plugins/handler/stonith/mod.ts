/**
 * The handler of kind `stonith`: devices that can reliably power off a node.
 *
 * Power switches are slow: a reboot through a management controller may take minutes.
 *
 * @module
 */
import { handler } from "../../../pils/handler.ts";
import type { Stonith } from "./contract.ts";

export default handler<Stonith>(
  "stonith/1",
  { hosts: "required", status: "required", fence: "required" },
  { deadlinesMs: { hosts: 20_000, status: 20_000, fence: 600_000 } },
);
