/**
 * Where Linux has the C library: what `ffi` is granted for, and what is asked of it.
 *
 * @module
 */

/** The one of them that is granted is asked. */
export const libraries: readonly string[] = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/lib/aarch64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
];
