/** A real `apphbd` and a thousand applications: what it announces, and what it does not. */
import assert from "node:assert/strict";
import { filePath } from "../pils/found.ts";
import { Fleet, scratch, socket } from "./applications/fleet.ts";

const project = filePath(new URL("..", import.meta.url));

Deno.test(
  "of 1,000 applications each miss is announced once, and none for a pause of apphbd",
  {
    permissions: {
      net: [`unix:${socket}`],
      read: [project],
      write: [scratch],
      run: [Deno.execPath()],
    },
  },
  async () => {
    await using fleet = await Fleet.start(1_000);
    await fleet.run(500);
    // What is sent meanwhile waits in the kernel.
    fleet.signal("SIGSTOP");
    await fleet.run(2_000);
    fleet.signal("SIGCONT");
    await fleet.run(2_000);
    fleet.plant(20);
    await fleet.run(7_500);
    const { falseAlarms, silent, announced, applications } = fleet.verdict();
    assert.deepEqual(falseAlarms, []);
    assert.deepEqual(silent, []);
    assert.equal(applications, 1_000);
    assert.ok(announced >= 20, `${announced} announcements`);
  },
);
