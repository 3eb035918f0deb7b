/**
 * The tutorial of `plugins/README.md`, word for word: its commands in one shell, its files written
 * where their first line says.
 *
 *     deno task interop tutorial
 *
 * @module
 */
import { filePath } from "../../pils/found.ts";
const project = filePath(new URL("../..", import.meta.url));

/** Milliseconds that all of it may take. */
const tutorialMs = 240_000;

const text = await Deno.readTextFile(`${project}/plugins/README.md`);
const chapter = text.slice(text.indexOf("## A plugin in an hour"));
const steps = [...chapter.matchAll(/^```(sh|ts)\n([^]*?)^```$/gm)];
const script = steps.map(([, language, block = ""]) => {
  if (language === "sh") return block;
  const [, path] = /^\/\/ (\S+)\n/.exec(block) ?? [];
  if (path === undefined) throw new Error(`a file of the tutorial has no name: ${block}`);
  return `cat >${path} <<'END OF FILE'\n${block}END OF FILE\n`;
});
const child = new Deno.Command("/bin/sh", {
  // Each command must end well, as a person would see it to.
  args: [
    "-e",
    "-c",
    `unset INIT_CWD\ntrap 'kill $plug 2>/dev/null || true; rm -rf "$work"' EXIT\n${
      script.join("")
    }`,
  ],
  cwd: project,
  env: { PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:/usr/sbin:/usr/bin:/sbin:/bin` },
  stdin: "null",
  stdout: "piped",
  stderr: "piped",
}).spawn();
const timer = setTimeout(() => child.kill("SIGTERM"), tutorialMs);
const decoder = new TextDecoder();
const { code, stdout, stderr } = await child.output();
clearTimeout(timer);
const said = decoder.decode(stdout) + decoder.decode(stderr);

/** What a reader must have seen. */
const seen: readonly (readonly [string, RegExp])[] = [
  ["the plugin that was written conforms at once", /smartplug conforms[^]*smartplug conforms/],
  ["a node has it as a device", /is loaded as process by stonithd [^]*list: alice, bob\n/],
  ["the consent is in words", /talk over the network with \{address\}:\{port\}/],
  ["it runs in a process of its own", /isolated as process/],
  ["the hung node was noticed", /Stopping every process of \w+[^]*notice that it is silent/],
  ["the plug confirmed", /it is fenced, and the device confirms it/],
  ["the plug has really killed the node", /plug: (alice|bob|carol) off, 0 processes left/],
  ["the service answers from another node", /the service answers again/],
  ["no permission was unused or missing", /^(?![^]*smartplug[^]*used but not declared)/],
];
const failed = seen.filter(([, pattern]) => !pattern.test(said));
if (code !== 0 || failed.length > 0) console.log(said);
console.log(`${code === 0 ? "ok" : "FAILED"} every command of the tutorial ends well`);
for (const one of seen) console.log(`${failed.includes(one) ? "FAILED" : "ok"} ${one[0]}`);
Deno.exit(code === 0 && failed.length === 0 ? 0 : 1);
