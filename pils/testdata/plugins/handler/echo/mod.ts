import { handler } from "../../../../handler.ts";
import type { Echo } from "./contract.ts";

export default handler<Echo>("echo/2", {
  say: "required",
  bytes: "required",
  fail: "required",
  tell: "required",
  misbehave: "required",
  extra: "optional",
}, { oldest: 1, deadlinesMs: { misbehave: 300 } });
