/**
 * A cable: two pseudo-terminals whose other ends are joined, for the tests. Prints the paths of both
 * as JSON; the lines `cut` and `join` on standard input cut it and join it again, its end ends it.
 * The first argument is the C library, the only thing it may use. With `record` as the second, each
 * piece that passes is printed: when, from which end, its bytes, and how many of them were lost.
 *
 * @module
 */
const { symbols: libc } = Deno.dlopen(Deno.args[0] ?? "", {
  posix_openpt: { parameters: ["i32"], result: "i32" },
  grantpt: { parameters: ["i32"], result: "i32" },
  unlockpt: { parameters: ["i32"], result: "i32" },
  ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  cfmakeraw: { parameters: ["buffer"], result: "void" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
});
const O_RDWR = 2, O_NOCTTY = 0o400, O_NONBLOCK = 0o4000, POLLIN = 1;

function pty(): { readonly master: number; readonly path: string } {
  const master = libc.posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  const name = new Uint8Array(64);
  if (master < 0 || libc.grantpt(master) + libc.unlockpt(master) !== 0) throw new Error("no pty");
  libc.ptsname_r(master, name, 64n);
  // Held open: a terminal that nobody has open looks like a cable that is torn out.
  const slave = libc.open(name, O_RDWR | O_NOCTTY);
  const settings = new Uint8Array(256);
  libc.tcgetattr(slave, settings);
  libc.cfmakeraw(settings);
  libc.tcsetattr(slave, 0, settings);
  return { master, path: new TextDecoder().decode(name.subarray(0, name.indexOf(0))) };
}

const ends = [pty(), pty()] as const;
const recording = Deno.args[1] === "record";
let joined = true;
let over = false;
console.log(JSON.stringify(ends.map(({ path }) => path)));
(async () => {
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    for (const word of text.trim().split("\n")) {
      joined = word === "join" || word !== "cut" && joined;
    }
  }
  over = true;
})();
const wanted = new DataView(new ArrayBuffer(16));
const bytes = new Uint8Array(4096);
while (!over) {
  ends.forEach(({ master }, at) => {
    wanted.setInt32(8 * at, master, true);
    wanted.setInt16(8 * at + 4, POLLIN, true);
  });
  await libc.poll(new Uint8Array(wanted.buffer), 2n, 50);
  ends.forEach(({ master }, at) => {
    const count = Number(libc.read(master, bytes, 4096n));
    if (count <= 0) return;
    // What does not fit is lost, as by a receiver that is too slow.
    const passed = joined
      ? Math.max(0, Number(libc.write(ends[1 - at]!.master, bytes, BigInt(count))))
      : 0;
    if (!recording) return;
    console.log(JSON.stringify({
      wallMs: Date.now(),
      end: at,
      lostBytes: count - passed,
      text: new TextDecoder("latin1").decode(bytes.subarray(0, count)),
    }));
  });
}
