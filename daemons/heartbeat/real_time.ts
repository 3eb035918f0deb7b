/**
 * Real-time priority of the calling thread, and code that is never paged out, through the C
 * library, if the operator granted it with `--allow-ffi=PATH`.
 *
 * It does not use `mlockall`: V8 gives pages of its heap back with `madvise`, the kernel refuses
 * that for locked memory, and V8 then ends the process at the first garbage collection that frees
 * pages. So it locks only pages of files (the program, its libraries), the C heap and the first
 * stack, each page once it is touched. A thread that runs every keepalive keeps the rest warm.
 *
 * @module
 */
import { libraries } from "./clients/peer_credentials.ts";

/** Priority of the thread that holds the sockets; 1 is the lowest of real time, 99 the highest. */
const priority = 10;
/** Round robin among equals; children of the thread are ordinary again. */
const roundRobin = 2 | 0x40000000;
/** `MLOCK_ONFAULT` */
const onFault = 1;
/** Bytes of the list of this process's memory that are read at most. */
const mapsBytesMax = 1024 * 1024;

/** What the numbers of the kernel mean here. */
const reasons: Readonly<Record<number, string>> = {
  1: "the kernel refuses it: run with CAP_SYS_NICE and CAP_IPC_LOCK, or raise LimitRTPRIO and LimitMEMLOCK",
  11: "the limit of locked memory is too low: raise LimitMEMLOCK, or run with CAP_IPC_LOCK",
  12: "the limit of locked memory is too low: raise LimitMEMLOCK, or run with CAP_IPC_LOCK",
};

/** What came of it; a text says why not. */
export interface RealTime {
  readonly priority: true | string;
  readonly memory: true | string;
}

/** Asks for both: priority for the thread that calls, memory for the process it is part of. */
export function takeRealTime(): RealTime {
  const path = libraries.find(isUsable);
  if (path === undefined) {
    const why = `no C library is granted: add --allow-ffi=${libraries[0]} or where yours is`;
    return { priority: why, memory: why };
  }
  const { symbols: libc } = Deno.dlopen(path, {
    sched_setscheduler: { parameters: ["i32", "i32", "buffer"], result: "i32" },
    mlock2: { parameters: ["usize", "usize", "u32"], result: "i32" },
    open: { parameters: ["buffer", "i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
    memcpy: { parameters: ["buffer", "pointer", "usize"], result: "pointer" },
    __errno_location: { parameters: [], result: "pointer" },
  });
  const outcome = (failed: boolean): true | string => {
    if (!failed) return true;
    const number = new Int32Array(1);
    // Reading through a pointer would need an unlimited grant; a copy does not.
    libc.memcpy(number, libc.__errno_location(), 4n);
    const [errno = 0] = number;
    return reasons[errno] ?? `error ${errno}`;
  };
  const lock = (): true | string => {
    // Deno itself lets nobody read below /proc who may not do everything.
    const file = libc.open(new TextEncoder().encode("/proc/self/maps\0"), 0);
    if (file < 0) return outcome(true);
    const buffer = new Uint8Array(mapsBytesMax);
    let length = 0;
    for (let got = 1; got > 0; length += got) {
      got = Math.max(
        0,
        Number(libc.read(file, buffer.subarray(length), BigInt(mapsBytesMax - length))),
      );
    }
    libc.close(file);
    for (const { start, bytes } of lockable(new TextDecoder().decode(buffer.subarray(0, length)))) {
      if (libc.mlock2(start, bytes, onFault) !== 0) return outcome(true);
    }
    return true;
  };
  return {
    priority: outcome(libc.sched_setscheduler(0, roundRobin, Int32Array.of(priority)) !== 0),
    memory: lock(),
  };
}

/** What of `/proc/PID/maps` is to be locked. */
export function lockable(maps: string): { readonly start: bigint; readonly bytes: bigint }[] {
  const form = /^([0-9a-f]+)-([0-9a-f]+) ([-rwxps]{4}) \S+ \S+ (\d+) *(.*)$/;
  return maps.split("\n").flatMap((line) => {
    const [, from, to, access, inode, name = ""] = form.exec(line) ?? [];
    if (from === undefined || to === undefined || access?.startsWith("-")) return [];
    if (inode === "0" && name !== "[heap]" && name !== "[stack]") return [];
    const start = BigInt(`0x${from}`);
    return [{ start, bytes: BigInt(`0x${to}`) - start }];
  });
}

function isUsable(path: string): boolean {
  if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") return false;
  try {
    Deno.dlopen(path, {}).close();
    return true;
  } catch {
    return false;
  }
}
