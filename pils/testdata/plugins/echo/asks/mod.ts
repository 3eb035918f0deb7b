import type { Plugin } from "../../../../plugin.ts";
import type manifest from "./manifest.ts";
import type { Echo } from "../../handler/echo/contract.ts";

/** Says what of its grant it holds. */
const asks: Plugin<typeof manifest, Echo> = ({ address, port, keyfile }) => {
  const held = (descriptor: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted";
  return {
    say(what) {
      switch (what) {
        case "own":
          return String(held({ name: "net", host: `${address}:${port}` }));
        case "other":
          return String(held({ name: "net", host: `${address}:${port + 1}` }));
        case "keyfile":
          return String(keyfile !== undefined && held({ name: "read", path: keyfile }));
        case "code":
          return String(held({ name: "read", path: new URL(".", import.meta.url) }));
        default:
          return "?";
      }
    },
    bytes: (bytes) => bytes,
    fail: (text) => text,
    tell: (times) => times,
    misbehave: () => undefined,
  };
};
export default asks;
