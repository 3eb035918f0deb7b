import assert from "node:assert/strict";
import { filePath } from "../../pils/found.ts";
import { cleanly, systemPath } from "./clean_environment.ts";

const project = filePath(new URL("../..", import.meta.url));

Deno.test("a daemon inherits the variables of the list and no other", {
  permissions: { run: ["/bin/sh"] },
}, async () => {
  const { stdout } = await new Deno.Command("/bin/sh", {
    args: ["-c", `${systemPath}; exec ${cleanly} "$@"`, "sh", "env"],
    clearEnv: true,
    env: {
      PATH: "/tmp/evil:/usr/bin",
      HOME: "/home/a b$(c)",
      HA_NODE: "linux-ha/alice",
      NODE_OPTIONS: "--require /tmp/evil.js",
      DENO_AUDIT_PERMISSIONS: "/tmp/audit",
      DENO_PERMISSION_BROKER_PATH: "/tmp/broker",
      BASH_ENV: "/tmp/evil.sh",
    },
  }).output();
  assert.deepEqual(new TextDecoder().decode(stdout).trim().split("\n").sort(), [
    "HA_NODE=linux-ha/alice",
    "HOME=/home/a b$(c)",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
  ]);
});

function sources(folder: string): string[] {
  return [...Deno.readDirSync(`${project}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sources(path) : /(?<!_test)\.ts$/.test(name) ? [path] : [];
  });
}

Deno.test("no program is started with an environment that nobody has chosen", {
  permissions: { read: [project] },
}, () => {
  // `ha` is a person's own program in a person's own shell, and so is what it becomes.
  // npm, which a person has fetch a package, has its registry and proxy from that person's settings.
  // A shell that compares the packages of Deno's cache is told where that is by the environment.
  // What systemd is told needs the socket that systemd has named in the environment.
  const exempt = (path: string) =>
    path === "daemons/mgmtd/ha.ts" || path === "daemons/mgmtd/consult.ts" ||
    path === "daemons/mgmtd/package/fetch_package.ts" ||
    path === "daemons/recoverymgrd/service_manager.ts" ||
    path.startsWith("daemons/site/packages/") ||
    /\/test(?:ing|data)\/|\/testing_\w+\.ts$/.test(path);
  const wrong: string[] = [];
  for (const path of ["daemons", "pils", "plugins"].flatMap(sources)) {
    if (exempt(path)) continue;
    const [, ...started] = Deno.readTextFileSync(`${project}/${path}`).split("new Deno.Command(");
    for (const text of started) {
      const command = text.slice(0, text.search(/\.(?:spawn|output)\(/));
      // A script may begin with `cleanly`, here or in a constant.
      if (!/clearEnv: true|cleanly|\blaunch\b/.test(command)) wrong.push(path);
    }
  }
  assert.deepEqual(wrong, []);
});
