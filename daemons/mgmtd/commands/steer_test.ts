/**
 * Commands that change a running cluster, on real nodes, as somebody types them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { ha, haWords } from "./testing/ha_child.ts";
import { realCluster, until } from "./testing/real_cluster.ts";
import { permissions } from "./testing/site.ts";

Deno.test("a running cluster is steered by commands", {
  permissions: { ...permissions, net: ["127.0.0.1"] },
}, async (test) => {
  await using cluster = await realCluster("steer", ["alice", "bob"]);
  const { folder: here } = cluster;
  const at = (node: string) => async (line: string) =>
    await ha(here, [...line.split(" "), "--run", cluster.run(node)]);
  const [alice, bob] = [at("alice"), at("bob")];
  const places = async () => (await alice("resource ls")).out;
  await until(
    () => alice("status --json"),
    ({ code, out }) => code === 0 && /"Started"/.test(out) && !/"pending"/.test(out),
  );
  const ok = async (line: string, by = alice) => {
    const called = await by(line);
    assert.equal(called.code, 0, `${line}\n${called.out}${called.err}`);
    return called.out;
  };

  await test.step("create, and wait until it runs", async () => {
    const out = await ok(`resource create one deno:pils:Dummy state=${here}/one --wait`, bob);
    assert.match(out, /Start +one/);
    assert.match(out, /"one" is Started on (alice|bob)/);
  });
  await test.step("a wrong parameter is refused with its reason, and nothing is written", async () => {
    const called = await alice("resource create two deno:pils:Dummy stat=/x");
    assert.equal(called.code, 78, called.out);
    assert.match(called.err, /stat.*Did you mean "state"/s);
    assert.equal((await alice("resource show two")).code, 105);
  });
  await test.step("move it, and leave nothing behind", async () => {
    const [, from = ""] = /one .*Started on (\w+)/.exec(await places()) ?? [];
    const to = from === "alice" ? "bob" : "alice";
    assert.match(await ok(`resource move one ${to} --wait`), new RegExp(`Started on ${to}`));
    assert.equal(await ok("constraint ls one"), "");
    assert.match(await places(), new RegExp(`one .*Started on ${to}`));
  });
  await test.step("stop, start, standby, online", async () => {
    assert.match(await ok("resource stop one --wait --reason upgrade"), /"one" is Stopped/);
    assert.match(await ok("resource start one --wait"), /"one" is Started/);
    await ok("node standby alice --wait");
    assert.match(await places(), /one .*Started on bob/);
    assert.match(await ok("node ls"), /alice: standby/);
    await ok("node online alice --wait");
  });
  await test.step("what depends on it stops only with a yes", async () => {
    await ok("constraint order one then web");
    const called = await alice("resource stop one");
    assert.equal(called.code, 107, called.out);
    assert.match(called.err, /web would stop too/);
    await ok("resource stop one --yes --wait");
    assert.match(await places(), /web .*Stopped/);
    await ok("resource start one --wait");
  });
  await test.step("two administrators at once lose no update", async () => {
    const names = Array.from({ length: 8 }, (_, at) => `n${at}`);
    await Promise.all(
      names.map((name, index) =>
        ok(`node attribute alice ${name}=1`, index % 2 === 0 ? alice : bob)
      ),
    );
    const shown = await ok("node ls");
    for (const name of names) assert.match(shown, new RegExp(`${name}=1`));
  });
  await test.step("history knows who, what and why on every node, and undo takes it back", async () => {
    const shown = await ok("configure history", bob);
    assert.match(shown, /ha resource stop one {2}because: upgrade/);
    await ok("option set no-quorum-policy=freeze", bob);
    assert.match(await ok("option ls"), /no-quorum-policy=freeze/);
    assert.match(await ok("configure undo"), /is undone: ha option set no-quorum-policy=freeze/);
    assert.match(await ok("option ls"), /no-quorum-policy=stop/);
    // What was changed again since is not taken back.
    await ok("node attribute alice n0=2");
    const [, number = ""] =
      /^ *(\d+) .*node attribute alice n0=1$/m.exec(await ok("configure history")) ?? [];
    const called = await alice(`configure undo ${number}`);
    assert.equal(called.code, 65, called.out);
    assert.match(called.err, /changed again since/);
  });
  await test.step("backup, diff, apply; a bad file changes nothing", async () => {
    await ok("configure backup saved.xml");
    await ok("option set cluster-delay=70s");
    const differs = await alice("configure diff saved.xml");
    assert.equal(differs.code, 1);
    assert.match(differs.out, /^- .*cluster-delay/m);
    await ok("configure restore saved.xml");
    assert.doesNotMatch(await ok("option ls"), /cluster-delay/);
    const text = await Deno.readTextFile(`${here}/saved.xml`);
    const bad = text.replace("</constraints>", "<rsc_colocaton id='x'/></constraints>")
      .replace("<constraints/>", "<constraints><rsc_colocaton id='x'/></constraints>");
    await Deno.writeTextFile(`${here}/bad.xml`, bad);
    const refused = await alice("configure apply bad.xml");
    assert.equal(refused.code, 78, refused.out);
    assert.match(refused.err, /rsc_colocaton/);
    assert.equal((await alice("configure diff saved.xml")).code, 0);
  });
  await test.step("edit: a good file is applied and removed, a broken one stays and changes nothing", async () => {
    const editor = async (script: string) => {
      await Deno.writeTextFile(`${here}/editor`, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
      return await alice(`configure edit --editor ${here}/editor`);
    };
    const good = await editor('sed -i \'s/name="n1" value="1"/name="n1" value="9"/\' "$1"');
    assert.equal(good.code, 0, good.err);
    assert.match(await ok("node ls"), /n1=9/);
    const broken = await editor("sed -i 's/<\\/configuration>//' \"$1\"");
    assert.equal(broken.code, 65, broken.out);
    assert.match(broken.err, /Cannot read the CIB[^]*The file stays/);
    // Ctrl-C in an editor is the editor's; what is to end the command ends the editor.
    const again = await editor("kill -INT $PPID; sleep 0.3; exit 3");
    assert.equal(again.code, 1);
    assert.match(again.err, /Going on with .*[^]*The editor failed/);
    await Deno.remove(`${here}/ha-edit.xml`);
  });
  await test.step("restart", async () => {
    assert.match(await ok("resource restart one --yes"), /"one" is Stopped[^]*"one" is Started/);
  });
  await test.step("a restart that is interrupted after the stop starts it again", async () => {
    const child = new Deno.Command("/bin/sh", {
      // A group of its own, as a terminal gives one to each command.
      args: [
        "-c",
        'setsid "$@" & echo $! >pid; wait $!',
        "sh",
        ...haWords([
          ...["resource", "restart", "one", "--yes", "--run", cluster.run("alice")],
        ]),
      ],
      cwd: here,
      env: { INIT_CWD: here, NO_COLOR: "1" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [first, rest] = child.stdout.tee();
    const reader = first.pipeThrough(new TextDecoderStream()).getReader();
    for (let said = ""; !said.includes("is to be stopped");) {
      said += (await reader.read()).value ?? "";
    }
    const out = new Response(rest).text();
    const err = new Response(child.stderr).text();
    const { success } = await new Deno.Command("/bin/sh", {
      args: ["-c", "kill -INT -$(cat pid)"],
      cwd: here,
    }).output();
    assert.ok(success);
    assert.equal((await child.status).code, 0, `${await out}${await err}`);
    await reader.cancel();
    assert.match(await err, /Interrupted: the resource is started again/);
    assert.match(await places(), /one .*Started on/);
  });
  await test.step("one that is ended by kill starts it again too", async () => {
    // The signal is for `ha` alone, which passes it on.
    const { code } = await new Deno.Command("/bin/sh", {
      args: [
        "-c",
        `"$@" >out 2>said & ha=$!; until grep -q "is to be stopped" out; do sleep 0.1; done; ` +
        "kill -TERM $ha; wait $ha",
        "sh",
        ...haWords(["resource", "restart", "one", "--yes", "--run", cluster.run("alice")]),
      ],
      cwd: here,
      env: { INIT_CWD: here, NO_COLOR: "1" },
      stdin: "null",
    }).output();
    assert.equal(code, 0, await Deno.readTextFile(`${here}/said`));
    assert.match(await Deno.readTextFile(`${here}/said`), /Interrupted: the resource is started/);
    assert.match(await places(), /one .*Started on/);
  });
  await test.step("delete it with what names it", async () => {
    assert.match(await ok("resource delete one --yes --wait"), /Removed with it: order-one-web/);
    assert.doesNotMatch(await places(), /^one/m);
  });
});
