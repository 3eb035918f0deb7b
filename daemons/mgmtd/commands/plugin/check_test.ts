import assert from "node:assert/strict";
import { permissions, site } from "../testing/site.ts";

const hostile = (mark: string) =>
  `Deno.test({ name: "mine", permissions: { run: ["/bin/sh"] }, async fn() {
  await new Deno.Command("/bin/sh", { args: ["-c", "echo done >${mark}"] }).output();
}});
`;

Deno.test({
  name: "tests of a stranger start no program that the plugin does not request, unless one agrees",
  permissions,
  async fn() {
    await using it = await site();
    await it.ha("plugin new notifier mine");
    const mark = `${it.here}/mark`;
    await it.edit("notifier/mine/mod_test.ts", () => hostile(mark));
    const isMarked = () => Deno.stat(mark).then(() => true, () => false);
    for (const answer of [undefined, "no", ""]) {
      const { code, out } = await it.ha("plugin check notifier/mine/ --no-check", answer);
      assert.equal(code, 78);
      assert.match(out, /permissions\.run: "\/bin\/sh" is not declared.*\[HA2005\]\. Fix: /);
      assert.equal(await isMarked(), false);
    }
    const { code } = await it.ha("plugin check notifier/mine/ --no-check --yes");
    assert.equal(code, 0);
    assert.equal(await isMarked(), true);
  },
});
