import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { managerWords } from "./manager_words.ts";

const room = filePath(new URL("..", import.meta.url));
const words = ["deno", ...managerWords("/opt/ha", "/etc/ha/node.json", ["/var/lib/ha", "/run/ha"])];

Deno.test("the unit and the README show the command line of the recovery manager", {
  permissions: { read: [room] },
}, () => {
  const unit = /^ExecStart=\/usr\/bin\/(.*)$/m.exec(Deno.readTextFileSync(`${room}/ha.service`));
  const readme = /```sh\n(deno run[\s\S]*?)```/.exec(Deno.readTextFileSync(`${room}/README.md`));
  // A person who starts it by hand hears what Deno says.
  const expected = words.filter((word) => word !== "--quiet");
  assert.deepEqual(unit?.[1]?.split(" "), expected);
  assert.deepEqual(readme?.[1]?.replace(/\\\n/g, " ").trim().split(/\s+/), expected);
});
