import assert from "node:assert/strict";
import { allCommands } from "./commands/mod.ts";
import { manPages } from "./man.ts";

Deno.test("the manual pages have every command and option", { permissions: "none" }, async () => {
  const commands = await allCommands();
  const pages = manPages(commands, "ha 0");
  for (const { path, options } of commands) {
    const text = pages.get(`ha-${path[0]}.1`) ?? "";
    const page = text.replaceAll("\\-", "-");
    assert.ok(page.includes(`.SH "${["ha", ...path].join(" ").toUpperCase()}"`), path.join(" "));
    for (const name of Object.keys(options)) assert.ok(page.includes(`--${name}`), name);
    assert.ok(pages.get("ha.1")?.includes(`.B ha ${path.join(" ")}`.replaceAll("-", "\\-")));
  }
});

Deno.test("groff has nothing to say of the manual pages", {
  permissions: { run: ["/bin/sh"] },
}, async () => {
  const pages = manPages(await allCommands(), "ha 0");
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", "command -v groff >/dev/null || exit 9; exec groff -man -ww -z -Tutf8 2>&1"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode([...pages.values()].join("\n"))).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout } = await child.output();
  if (code === 9) return console.log("Skipped: there is no groff");
  assert.equal(new TextDecoder().decode(stdout), "");
});
