/**
 * Children that a shell script plays in the place of Deno: what they are started with, and what
 * becomes of all that they print.
 *
 * @module
 */
import assert from "node:assert/strict";
import { denoFlags, fate, variable } from "./child.ts";
import { filePath } from "./found.ts";
import { encodeFrame } from "./frame.ts";
import type { Link } from "./life.ts";
import { connectProcess } from "./process.ts";
import type { Order } from "./running.ts";
import { playedOrder } from "./testdata/played_order.ts";

const scratch = filePath(new URL("../.test", import.meta.url));
const permissions = { read: [scratch], write: [scratch], run: ["/bin/sh"] };

/** What a child says until it has ended. */
async function played(
  script: string,
  change: Partial<Order> = {},
  use: (link: Link) => void = () => {},
) {
  await Deno.mkdir(scratch, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: "child_" });
  try {
    const denoPath = `${folder}/deno`;
    await Deno.writeTextFile(denoPath, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    const heard: string[] = [];
    const ended = Promise.withResolvers<void>();
    // What comes after its end is of no interest.
    const end = (why: string) => {
      if (!heard.some((line) => /^(?:ended|flooded): /.test(line))) heard.push(why);
      ended.resolve();
    };
    const link = connectProcess({
      ...playedOrder,
      child: { denoPath, environment: { HA_NODE: "c/alice" } },
      ...change,
    }, {
      message: (message) => {
        const { type, level, text } = Object(message);
        heard.push(type === "log" ? `${level} ${text}` : JSON.stringify(message));
      },
      ended: (why) => end(`ended: ${why}`),
      flooded: (why) => end(`flooded: ${why}`),
    });
    use(link);
    await ended.promise;
    await link.end();
    return heard;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("each line of standard error is a warning; one without end is cut", {
  permissions,
}, async () => {
  const heard = await played(`printf 'first\\n\\nsecond\\n' >&2
printf '%05000d\\nafter\\n' 0 >&2
printf '%04096d' 0 >&2; sleep 0.05; printf '%04097d' 0 >&2; sleep 0.05; printf 'rest\\n' >&2
printf '%04095d' 0 >&2; sleep 0.05; printf '1\\nlast' >&2
exit 3`);
  const zeros = (count: number) => "0".repeat(count);
  assert.deepEqual(heard, [
    "warning first",
    "warning second",
    `warning ${zeros(4_096)}`,
    "warning after",
    `warning ${zeros(4_096)}`,
    `warning ${zeros(4_095)}1`,
    "warning last",
    "ended: its process ended with code 3",
  ]);
});

Deno.test("a child has a clean environment, its own group, bounds and only its grant", {
  permissions,
}, async () => {
  const heard = await played(
    'for one; do echo "$one" >&2; done; env >&2; ulimit -d >&2; ulimit -c >&2; kill -s KILL $$',
    {
      permissions: { net: ["10.0.0.1:1", "b:2"], read: ["/etc/key"] },
      found: { ...playedOrder.found, code: ["/code"] },
      limits: { ...playedOrder.limits, heapMiBMax: 64, memoryMiBMax: 100 },
    },
  );
  const lines = heard.map((line) => line.replace(/^warning /, ""));
  assert.deepEqual(lines.filter((line) => line.startsWith("--")).slice(-3), [
    "--v8-flags=--expose-gc,--max-old-space-size=64",
    "--allow-net=10.0.0.1:1,b:2",
    "--allow-read=/etc/key,/code",
  ]);
  const shells = /^(?:PWD|OLDPWD|SHLVL|_)=/;
  assert.deepEqual(lines.filter((line) => /^[A-Z_]+=/.test(line) && !shells.test(line)).sort(), [
    "DENO_NO_UPDATE_CHECK=1",
    "HA_NODE=c/alice",
    "NO_COLOR=1",
    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
  ]);
  assert.ok(lines.includes(String((640 + 64 + 100) * 1024)));
  assert.deepEqual(lines.slice(-2), ["0", "ended: its process was ended by SIGKILL"]);
});

Deno.test("a permission that would be two is refused", { permissions }, async () => {
  await assert.rejects(
    played("exit 0", { permissions: { net: ["a,b"] } }),
    /"echo\/played": "a,b" would be two permissions/,
  );
});

/** A frame of a plugin, as a shell prints it. */
const printed = (type: number, text: string, length = text.length) =>
  `printf '\\000\\000\\000\\${length.toString(8).padStart(3, "0")}\\00${type}${text}'`;

Deno.test("frames are messages; one of another type or of no type breaks the protocol", {
  permissions,
}, async () => {
  const pong = '{"type":"pong"}';
  const end = "exec cat >/dev/null";
  assert.deepEqual(await played(`${printed(5, pong)}; ${printed(5, pong)}`), [
    pong,
    pong,
    "ended: its process ended with code 0",
  ]);
  assert.deepEqual(await played(`${printed(4, pong)}; ${end}`), [
    "ended: it broke the protocol: a frame of type 4 holds another",
  ]);
  assert.match((await played(`${printed(6, pong)}; ${end}`))[0] ?? "", /unknown type 6/);
});

Deno.test("more bytes or frames than a daemon can read are a flood, on both pipes", {
  permissions,
}, async () => {
  const pong = printed(5, '{"type":"pong"}');
  const limits = (change: Partial<Order["limits"]>) => ({
    limits: { ...playedOrder.limits, ...change },
  });
  const end = "exec cat >/dev/null";
  const of = async (script: string, change: Partial<Order["limits"]>) =>
    (await played(`${script}; ${end}`, limits(change))).at(-1);
  assert.match(
    await of(`${pong}; ${pong}`, { framesPerSecondMax: 1 }) ?? "",
    /^flooded: more than 1 frames/,
  );
  assert.match(
    await of(pong, { saidBytesPerSecondMax: 19 }) ?? "",
    /^flooded: more than 19 bytes/,
  );
  // Two frames in one piece, to the byte.
  const two = pong.slice(0, -1) + pong.slice(pong.indexOf("'") + 1);
  assert.deepEqual(await played(two, limits({ saidBytesPerSecondMax: 40 })), [
    '{"type":"pong"}',
    '{"type":"pong"}',
    "ended: its process ended with code 0",
  ]);
  assert.match(
    await of("printf '\\000\\000\\000\\077\\005'; printf 'begun'", { saidBytesPerSecondMax: 9 }) ??
      "",
    /^flooded: more than 9 bytes/,
  );
  assert.match(
    await of("echo 123456789 >&2", { saidBytesPerSecondMax: 9 }) ?? "",
    /^flooded: more than 9 bytes/,
  );
  assert.deepEqual(
    await played("echo 123456789 >&2", limits({ saidBytesPerSecondMax: 10 })),
    ["warning 123456789", "ended: its process ended with code 0"],
  );
});

Deno.test("what a child does not read has a bound", { permissions }, async () => {
  const message = { type: "ping" } as const;
  const bytes = encodeFrame(message).length;
  const limits = { ...playedOrder.limits, unreadBytesMax: 2 * bytes };
  const refused: string[] = [];
  await played("exit 0", { limits }, (link) => {
    for (let times = 0; times < 3; times++) {
      try {
        link.post(message);
      } catch (error) {
        refused.push(`${times} ${error}`);
      }
    }
  });
  assert.deepEqual(refused, [
    `2 Error: "echo/played" does not read its input: ${2 * bytes} bytes wait`,
  ]);
});

Deno.test("how a child ended is said in words", { permissions: "none" }, () => {
  const end = (code: number, signal: Deno.Signal | null = null) =>
    fate({ success: false, code, signal });
  assert.equal(end(1), "its process ended with code 1");
  assert.equal(end(137, "SIGKILL"), "its process was ended by SIGKILL");
  assert.equal(end(133, "SIGTRAP"), "its process was ended by SIGTRAP (out of memory?)");
});

Deno.test("a child may not ask, download, or have a variable that the daemon has not", {
  permissions: "none",
}, () => {
  assert.deepEqual(variable("HOME"), {});
  const configFile = new URL("file:///a%20b/deno.json");
  assert.deepEqual(denoFlags({ denoPath: "", configFile }, 64), [
    "--no-prompt",
    "--cached-only",
    "--no-remote",
    "--quiet",
    "--config=/a b/deno.json",
    "--v8-flags=--expose-gc,--max-old-space-size=64",
  ]);
});
