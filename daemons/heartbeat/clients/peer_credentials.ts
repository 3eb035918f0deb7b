/**
 * The identity of the peer of a Unix socket, from the kernel, through `getsockopt(SO_PEERCRED)`.
 *
 * @module
 */
import type net from "node:net";
import { libraries } from "../../site/c_libraries.ts";
import type { Credentials } from "./state.ts";

export { libraries };

const socketLevel = 1;
const peerCredentials = 17;

/** The way to ask, if `ffi` is granted for one of the libraries. */
export function askKernel(): ((socket: net.Socket) => Credentials) | undefined {
  const path = libraries.find((path) =>
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
  );
  if (path === undefined) return undefined;
  const { symbols } = Deno.dlopen(path, {
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  });
  return (socket) => {
    const descriptor = descriptorOf(socket);
    const [credentials, length] = [new Int32Array(3), new Uint32Array([12])];
    if (
      descriptor === undefined ||
      symbols.getsockopt(descriptor, socketLevel, peerCredentials, credentials, length) !== 0
    ) throw new Error("the kernel does not say who it is");
    const [pid = 0, uid = 0, gid = 0] = credentials;
    return { pid, uid: uid >>> 0, gid: gid >>> 0 };
  };
}

/** The runtime keeps the descriptor where Node has it, untyped. */
export function descriptorOf(socket: net.Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null) return undefined;
  const descriptor: unknown = Reflect.get(handle, "fd");
  return typeof descriptor === "number" && descriptor >= 0 ? descriptor : undefined;
}
