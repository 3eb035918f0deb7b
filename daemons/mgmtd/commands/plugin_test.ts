import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { unprintableIn } from "../../../metadata/printable.ts";
import { isOlder } from "./plugin/semver.ts";
import { ha as realHa } from "./testing/ha_child.ts";
import { permissions, site } from "./testing/site.ts";

Deno.test({
  name: "a new plugin is written, checked, added, changed, trusted, upgraded and removed",
  permissions,
  async fn() {
    await using it = await site();
    const { ha, edit } = it;
    assert.equal((await ha("plugin new notifier mine")).code, 0);
    assert.equal((await ha("plugin new notifier mine")).code, 108, "there already");
    const dev = await ha("plugin dev notifier/mine/ --once --no-check");
    assert.match(dev.out, /notifier\/mine conforms/);
    assert.match(dev.out, /notifier\/mine 1\.0\.0 is loaded as process in \d+ ms with \{\}/);
    assert.equal(dev.code, 0);

    const lock = "--lock=plugins.lock.json";
    assert.match((await ha(`plugin add notifier/mine/ ${lock}`)).out, /no terminal to ask/);
    assert.match((await ha(`plugin add notifier/mine/ ${lock}`, "n")).out, /Nothing was changed/);
    assert.match(
      (await ha(`plugin add notifier/mine/ ${lock}`, "y")).out,
      /asks for no permission/,
    );
    assert.match((await ha(`plugin ls ${lock}`)).out, /notifier\/mine +1\.0\.0 +process +pinned/);

    await edit("notifier/mine/mod.ts", (text) => `${text}// more\n`);
    const changed = await ha(`plugin ls ${lock}`);
    assert.match(changed.out, /notifier\/mine +1\.0\.0 +process +changed/);
    assert.equal(changed.code, 78);
    assert.match(
      (await ha(`plugin trust notifier/mine ${lock}`, "y")).out,
      /changed \.\/notifier\/mine\/mod\.ts/,
    );

    await edit(
      "notifier/mine/manifest.ts",
      (text) =>
        text.replace("permissions: {}", 'permissions: { net: ["10.0.0.1:25"] }')
          .replace('"1.0.0"', '"1.1.0"'),
    );
    const upgraded = await ha(`plugin upgrade notifier/mine ${lock} --yes`);
    assert.match(upgraded.out, /1\.0\.0 -> 1\.1\.0/);
    assert.match(upgraded.out, /NEW: talk over the network with 10\.0\.0\.1:25/);
    await edit("notifier/mine/manifest.ts", (text) => text.replace('"1.1.0"', '"1.0.9"'));
    assert.match(
      (await ha(`plugin upgrade notifier/mine ${lock} --yes`)).out,
      /is older than 1\.1\.0/,
    );
    assert.match((await ha(`plugin remove notifier/mne ${lock}`)).out, /mean "notifier\/mine"/);
    const removed = await ha(`plugin remove notifier/mine ${lock}`);
    assert.match(removed.out, /keeps it until it is restarted/);
    assert.equal(removed.code, 0);
  },
});

Deno.test({
  name: "two plugins of one identity are not added, a broken one is listed with its reasons",
  permissions,
  async fn() {
    await using it = await site();
    const { ha, edit } = it;
    for (const at of ["a", "b"]) await ha(`plugin new notifier twin --at=${at}`);
    assert.match(
      (await ha("plugin add a/notifier/twin b/notifier/twin --lock=l --yes")).out,
      /two plugins/,
    );
    await ha("plugin add a/notifier/twin --lock=l --yes");
    assert.match((await ha("plugin add b/notifier/twin --lock=l --yes")).out, /two plugins/);
    await edit(
      "b/notifier/twin/manifest.ts",
      (text) => text.replace("define({", "define({ licence: 1,"),
    );
    assert.match((await ha("plugin ls b --lock=l")).out, /notifier\/twin: licence: .*licen/);
  },
});

Deno.test({
  name: "a policy that requires signatures takes what its author has signed, and nothing else",
  permissions,
  async fn() {
    await using it = await site();
    const { here, ha } = it;
    await ha("plugin new notifier mine");
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await Deno.writeTextFile(`${here}/key.pem`, pem, { mode: 0o600 });
    const signed = await ha("plugin sign notifier/mine/ --key=key.pem");
    const key = signed.out.trim().split("\n").at(-1) ?? "";
    const policy = (keys: object) =>
      Deno.writeTextFile(
        `${here}/plugins.policy.json`,
        JSON.stringify({ signatures: { required: true, keys } }),
      );
    await policy({});
    const add = "plugin add notifier/mine/ --lock=l --yes";
    assert.match((await ha(add)).out, /is none that the policy knows/);
    await policy({ alice: key });
    assert.equal((await ha(add)).code, 0);
    await it.edit("notifier/mine/mod.ts", (text) => `${text}// more\n`);
    assert.match((await ha("plugin trust notifier/mine --lock=l -y")).out, /of alice does not fit/);
    await Deno.writeTextFile(`${here}/plugins.policy.json`, '{"allow":{"mine":{}}}');
    assert.match((await ha(add)).out, /Cannot tell which plugins.*policy\.json/s);
  },
});

Deno.test({
  name: "describe and docs say what is asked and how it is configured",
  permissions,
  async fn() {
    await using it = await site();
    const { out } = await it.ha("plugin describe stonith/process --lock=l");
    assert.match(out, /start \/bin\/sh, which then may do whatever/);
    assert.match(out, /hostlist: /);
    assert.match((await it.ha("plugin docs stonith/process --lock=l")).out, /^# stonith\/process/);
    // The same text is kept further away where it is a stranger's.
    await it.ha("plugin new medium mine");
    assert.match((await it.ha("plugin describe medium/mine --lock=l")).out, /isolated as process/);
  },
});

Deno.test({
  name: "an agent's meta-data is checked with its slips, and gives a form and a schema",
  permissions,
  async fn() {
    await using it = await site();
    const agent = `<resource-agent name="probe"><longdesc>Probes</longdesc><parameters>
<parameter name="size"><content type="integer" default="many"/><shortdesc lang="en">Size</shortdesc></parameter>
<parameter name="passwd" required="1"><content type="string"/></parameter>
</parameters><actions><action name="off"/></actions></resource-agent>`;
    await Deno.writeTextFile(`${it.here}/probe.xml`, agent);
    const checked = await it.ha("plugin check probe.xml");
    assert.equal(checked.code, 0);
    assert.match(checked.out, /slip: .*\(line 2\): the default of "size" is invalid/);
    assert.match(checked.out, /slip: .*"passwd" has no shortdesc/);
    assert.match(checked.out, /is read as ocf: 2 parameters, 1 actions, 2 slips/);
    const page = (await it.ha("plugin configure probe.xml --html")).out;
    assert.match(page, /<input type="password" id="f-passwd"/);
    assert.match(page, /<title>probe\.xml: /);
    const schema = JSON.parse((await it.ha("plugin configure probe.xml --schema")).out);
    assert.deepEqual(schema.required, ["passwd"]);
    assert.match((await it.ha("plugin configure probe.xml")).out, /There is no terminal to ask/);
    await Deno.writeTextFile(`${it.here}/broken.xml`, "<resource-agent><a></resource-agent>");
    const broken = await it.ha("plugin check broken.xml");
    assert.notEqual(broken.code, 0);
    assert.match(broken.out, /line 1/);
  },
});

Deno.test("versions are ordered as semver orders them", () => {
  const rising = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc",
    "1.0.0",
  ];
  rising.push("1.0.1", "1.2.0", "1.10.0", "2.0.0");
  for (const [at, version] of rising.entries()) {
    for (const [other, than] of rising.entries()) {
      assert.equal(isOlder(version, than), at < other, `${version} < ${than}`);
    }
  }
  assert(!isOlder("1.0.0+a", "1.0.0+b"));
});

Deno.test({
  name:
    "what is older, calls libraries or runs what has no place is not taken, however often one agrees",
  permissions,
  async fn() {
    await using it = await site();
    const { ha, edit } = it;
    const manifest = "notifier/mine/manifest.ts";
    const asks = (permissions: string) =>
      edit(manifest, (text) => text.replace(/permissions: \{.*\}/, `permissions: ${permissions}`));
    await ha("plugin new notifier mine");
    assert.equal((await ha("plugin add notifier/mine/ --lock=l --yes")).code, 0);
    await edit(manifest, (text) => text.replace('"1.0.0"', '"0.9.0"'));
    const older = await ha("plugin trust notifier/mine --lock=l --yes");
    assert.match(older.out, /0\.9\.0 is older than 1\.0\.0.*Fix: use --downgrade/);
    assert.equal(older.code, 107);
    assert.equal((await ha("plugin trust notifier/mine --lock=l --yes --downgrade")).code, 0);

    await asks('{ ffi: ["/usr/lib/libany.so"] }');
    const ffi = await ha("plugin upgrade notifier/mine --lock=l --yes");
    assert.match(ffi.out, /call \/usr\/lib\/libany\.so, with which it may do anything.*use --ffi/);
    assert.equal(ffi.code, 77);
    assert.equal((await ha("plugin upgrade notifier/mine --lock=l --yes --ffi")).code, 0);

    for (const run of ["ipmitool", "../ipmitool", "/usr/bin/ipmitool,/bin/sh"]) {
      await asks(`{ run: ["${run}"] }`);
      const taken = await ha("plugin upgrade notifier/mine --lock=l --yes");
      assert.match(taken.out, /permissions\.run\[0\].*is not a permission of kind run/);
      assert.notEqual(taken.code, 0);
    }
    const removed = await ha("plugin remove notifier/mine --lock=l --json --yes");
    assert.deepEqual(JSON.parse(removed.out), ["notifier/mine"]);
    const unlisted = await ha("plugin ls nowhere --lock=l");
    assert.match(unlisted.out, /nowhere: it cannot be listed.*Fix: name a folder/s);
    assert.notEqual(unlisted.code, 0);
  },
});

Deno.test({
  name: "no text of a plugin forges what a person is asked to agree to",
  permissions,
  async fn() {
    await using it = await site();
    const { here, ha, edit } = it;
    await ha("plugin new notifier mine");
    const add = "plugin add notifier/mine/ --lock=l";
    const manifest = await Deno.readTextFile(`${here}/notifier/mine/manifest.ts`);
    const summary = (text: string) =>
      edit(
        "notifier/mine/manifest.ts",
        () => manifest.replace(/summary: \{[^}]*\}/, `summary: { en: ${JSON.stringify(text)} }`),
      );
    const forged = [
      "Sends mail\\u001b[8m\\u001b[s",
      'Sends mail\\n  Signature: signed by "alice", verified',
      "Sends mail\\u202e",
      "Sends mail\\u009b2J",
      `Sends mail${" ".repeat(90)}It asks for no permission.`,
      `Sends mail ${"x".repeat(300)}`,
    ];
    for (const text of forged) {
      await edit(
        "notifier/mine/manifest.ts",
        () =>
          manifest.replace(
            /summary: \{[^}]*\}/,
            `summary: { en: ${'"'}${text.replaceAll('"', '\\"')}${'"'} }`,
          ),
      );
      const refused = await ha(add, "y");
      assert.equal(refused.code, 1, text);
      assert.match(refused.out, /summary\.en: /);
      assert.equal(unprintableIn(refused.out.replaceAll("\n", "")), undefined);
      assert.doesNotMatch(refused.out, /^ {2}(?:Signature|It asks)/m);
    }
    // What is allowed stays in quotes, and cannot be taken for our words.
    await summary("Sends mail, by Example Ltd, MIT, signed");
    const file = `${here}/notifier/mine/x\u001b[u\u001b[J.sh`;
    await Deno.writeTextFile(file, "true");
    assert.match((await ha(add, "y")).out, /the name of the file .* holds the character \\u001b/);
    await Deno.remove(file);
    await Deno.writeTextFile(
      `${here}/notifier/mine/signature.json`,
      JSON.stringify({ key: btoa("k".repeat(32)), signature: btoa("s".repeat(64)) }),
    );
    const shown = await ha(add, "n");
    assert.match(shown.out, /^ {2}Signature: NOT SIGNED: its signature\.json does not fit/m);
    assert.match(shown.out, /^ {2}It calls itself "Sends mail, by Example Ltd, MIT, signed", /m);
  },
});

Deno.test({
  name: "signed is shown only where the signature was verified, and by whom",
  permissions,
  async fn() {
    await using it = await site();
    const { here, ha, edit } = it;
    await ha("plugin new notifier mine");
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    await Deno.writeTextFile(`${here}/key.pem`, pem, { mode: 0o600 });
    const signed = await ha("plugin sign notifier/mine/ --key=key.pem");
    const key = signed.out.trim().split("\n").at(-1) ?? "";
    const add = "plugin add notifier/mine/ --lock=l";
    assert.match((await ha(add, "n")).out, /Signature: not signed by anybody your policy names/);
    const policy = (more: object) =>
      Deno.writeTextFile(
        `${here}/plugins.policy.json`,
        JSON.stringify({ signatures: { required: false, keys: { alice: key }, ...more } }),
      );
    await policy({});
    assert.match((await ha(add, "n")).out, /Signature: signed by "alice", verified/);
    await policy({ keys: {}, revoked: [key] });
    assert.doesNotMatch((await ha(add, "n")).out, /Signature: signed/);
    await policy({ keys: {} });
    await edit("notifier/mine/mod.ts", (text) => `${text}// more\n`);
    assert.match((await ha(add, "n")).out, /Signature: NOT SIGNED: its signature\.json does not/);
  },
});

Deno.test({
  name: "a default that fills a permission is shown with it, and a changed one is new",
  permissions,
  async fn() {
    await using it = await site();
    const { ha, edit } = it;
    await ha("plugin new notifier mine");
    await edit(
      "notifier/mine/manifest.ts",
      (text) =>
        text.replace(
          /config: [^]*?permissions: .*\n/,
          `config: [
            { fieldname: "address", basictype: "string", default: "203.0.113.66" },
            { fieldname: "other", basictype: "string" },
          ],
          permissions: { net: ["{address}:443", "{other}:80"] },\n`,
        ),
    );
    const added = await ha("plugin add notifier/mine/ --lock=l --yes");
    assert.match(
      added.out,
      /with \{address\}:443 \(unless configured otherwise, \{address\} is "203\.0\.113\.66"\)\n/,
    );
    assert.match(added.out, /with \{other\}:80\n/);
    await edit(
      "notifier/mine/manifest.ts",
      (text) => text.replace("203.0.113.66", "203.0.113.6\u0667"),
    );
    const upgraded = await ha("plugin upgrade notifier/mine --lock=l --yes");
    assert.match(upgraded.out, /NEW: talk over .* is "203\.0\.113\.6\\u0667"\)\n/);
    await edit(
      "notifier/mine/manifest.ts",
      (text) => text.replace('"{other}:80"]', '"{other}:80"], write: ["{deno}"]'),
    );
    const writes = await ha("plugin upgrade notifier/mine --lock=l --yes");
    assert.match(writes.out, /"\{deno\}" names "deno", which is for run alone/);
  },
});

Deno.test({
  name: "a stranger's plugin with the identity of one of the project is told from it",
  permissions,
  async fn() {
    await using it = await site();
    const { ha } = it;
    await ha("plugin new notifier log");
    await ha("plugin new notifier mine");
    const place = /replaces the project's own notifier\/log/;
    assert.match((await ha("plugin add notifier/log/ --lock=l --yes")).out, place);
    assert.doesNotMatch((await ha("plugin add notifier/mine/ --lock=l --yes")).out, /the place of/);
  },
});

Deno.test({
  name: "a link in the place of the lock's new text is replaced, and nothing is written through it",
  permissions,
  async fn() {
    await using it = await site();
    const { here, ha } = it;
    await ha("plugin new notifier mine");
    await Deno.writeTextFile(`${here}/precious`, "precious");
    const link = new Deno.Command("/bin/sh", {
      args: ["-c", 'ln -s "$1/precious" "$1/l.new"', "sh", here],
    });
    assert.equal((await link.output()).code, 0);
    assert.equal((await ha("plugin add notifier/mine/ --lock=l --yes")).code, 0);
    assert.equal(await Deno.readTextFile(`${here}/precious`), "precious");
    assert.match((await ha("plugin ls --lock=l")).out, /notifier\/mine +1\.0\.0 +process +pinned/);
  },
});

Deno.test({
  name: "a stranger's codec, vote or handler of ours is not taken, whatever one agrees to",
  permissions,
  async fn() {
    await using it = await site();
    const { ha, here } = it;
    await ha("plugin new auth mine");
    const refused = await ha("plugin add auth/mine --lock=l --yes --ffi --downgrade");
    assert.match(refused.out, /"auth\/mine": it would be given the key of the cluster.*Fix: /);
    assert.equal(refused.code, 77);
    await assert.rejects(Deno.stat(`${here}/l`), Deno.errors.NotFound);
    assert.equal((await ha("plugin new handler answer")).code, 0);
    const own = await ha("plugin add handler/answer answer/first --lock=l --yes");
    assert.equal(own.code, 0, own.out);
    await ha("plugin new stonith mine --like=http");
    assert.match(
      (await ha("plugin add stonith/mine --lock=l --yes")).out,
      /The node gives it what its devices are configured with, passwords among it/,
    );
  },
});

Deno.test({
  name: "a lock that another command has written meanwhile is not overwritten",
  permissions,
  async fn() {
    await using it = await site();
    const { ha, here } = it;
    for (const name of ["one", "two"]) await ha(`plugin new notifier ${name}`);
    const lock = "--lock=plugins.lock.json";
    assert.equal((await ha(`plugin add notifier/two ${lock} --yes`)).code, 0);
    const other = await Deno.readTextFile(`${here}/plugins.lock.json`);
    await Deno.remove(`${here}/plugins.lock.json`);
    const { code, out } = await ha(`plugin add notifier/one ${lock}`, () => {
      Deno.writeTextFileSync(`${here}/plugins.lock.json`, other);
      return "y";
    });
    assert.match(
      out,
      /Nothing was changed: .* was written by another command meanwhile \[HA\d{4}\]\. Fix: /,
    );
    assert.equal(code, 75);
    const text = await Deno.readTextFile(`${here}/plugins.lock.json`);
    assert.deepEqual(Object.keys(JSON.parse(text).plugins), ["notifier/two"]);
  },
});

Deno.test({
  name: "a name that nothing has is answered with what was meant, for whatever is named",
  permissions,
  async fn() {
    await using it = await site();
    const { ha } = it;
    const table: readonly (readonly [string, RegExp])[] = [
      [
        "plugin describe medium/ucats",
        /There is no plugin "medium\/ucats"\. Did you mean "medium\/ucast"\?/,
      ],
      ["plugin check medium/ucats", /Did you mean "medium\/ucast"\?/],
      ["plugin configure stonith/proces", /Did you mean "stonith\/process"\?/],
      ["plugin docs notifier/lgo", /Did you mean "notifier\/log"\?/],
      ["plugin docs stonit", /There is no kind "stonit"\. Did you mean "stonith"\?/],
      ["plugin new stonit mine", /There is no kind "stonit"\. Did you mean "stonith"\?/],
      ["plugin new stonith mine --like=htpt", /"htpt"\. Did you mean "http"\?/],
      ["plugin trust notifier/lgo", /Did you mean "notifier\/log"\?/],
      ["plugin describe x/y", /There is no plugin "x\/y" \[HA\d{4}\]\. Fix: ha plugin ls/],
    ];
    for (const [line, text] of table) {
      const { out, code } = await ha(line);
      assert.match(out, text, line);
      assert.doesNotMatch(out, /\.\.|\? *\?/, line);
      assert.notEqual(code, 0, line);
    }
  },
});

Deno.test({
  name: "a link in a stranger's folder leads nothing that a command writes to another file",
  permissions,
  async fn() {
    await using it = await site();
    const { ha, here } = it;
    await ha("plugin new notifier mine");
    const precious = `${here}/precious`;
    await Deno.writeTextFile(precious, "precious");
    const link = async (name: string, option: string) => {
      const args = ["-c", `ln ${option} "$1" "$2"`, "sh", precious, `${here}/${name}`];
      assert.equal((await new Deno.Command("/bin/sh", { args }).output()).code, 0);
    };
    await link("notifier/mine/.audit.jsonl", "-s");
    assert.match(
      (await ha("plugin check notifier/mine --no-check")).out,
      /through a symbolic link/,
    );
    await link("notifier/mine/.audit.jsonl", "-f");
    await link("pils-notifier-mine-1.0.0.tgz", "-s");
    assert.equal((await ha("plugin check notifier/mine --no-check")).code, 0);
    assert.equal((await ha("plugin pack notifier/mine")).code, 0);
    assert.equal(await Deno.readTextFile(precious), "precious");
  },
});

Deno.test({
  name: "commands that add at once lose nothing",
  permissions,
  async fn() {
    await using it = await site();
    const names = ["a", "b", "c"];
    for (const name of names) {
      await it.ha(`plugin new notifier ${name}`);
      await it.ha(`plugin pack notifier/${name}/`);
    }
    const codes = await Promise.all(names.map(async (name) => {
      const file = `pils-notifier-${name}-1.0.0.tgz`;
      const { code, err } = await realHa(it.here, ["plugin", "add", file, "--lock=l", "--yes"]);
      return `${code} ${err}`;
    }));
    assert.deepEqual(codes, names.map(() => "0 "));
    const { plugins } = JSON.parse(await Deno.readTextFile(`${it.here}/l`));
    assert.deepEqual(Object.keys(plugins), names.map((name) => `notifier/${name}`));
    assert.equal([...Deno.readDirSync(`${it.here}/packages`)].length, names.length);
    // One that cannot be pinned any more says nothing of the others.
    await it.edit(`${plugins["notifier/b"].at}mod.ts`, (text) => `import "./gone.ts";\n${text}`);
    const { out } = await it.ha("plugin ls --lock=l");
    const told = names.map((name) =>
      new RegExp(`notifier/${name} .* (pinned|changed) `).exec(out)?.[1]
    );
    assert.deepEqual(told, ["pinned", "changed", "pinned"]);
  },
});
