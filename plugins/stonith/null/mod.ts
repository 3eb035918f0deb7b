/**
 * Fences nothing, and confirms everything. With it a cluster goes on after a failure as if it had
 * fenced, so a service may run on two nodes at once. It says so whenever it can.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Stonith } from "../../handler/stonith/contract.ts";
import type manifest from "./manifest.ts";
import { withCode } from "../../../metadata/code.ts";

const warning = withCode(
  "HA8002",
  "THIS DEVICE FENCES NOTHING: services may run twice. " +
    "Fix: use a real device, before there are data to lose",
);

const device: Plugin<typeof manifest, Stonith> = ({ hostlist }, host) => {
  host.log("err", `stonith/null is in use. ${warning}`);
  return {
    hosts: () => hostlist,
    status: () => ({ ok: true, detail: warning }),
    fence(action, node) {
      if (!hostlist.includes(node)) {
        const detail = `"${clip(node, 255)}" is not one of ${hostlist.join(", ")}`;
        return Promise.resolve({ ok: false, detail });
      }
      host.log("err", `${action} of ${node} is confirmed, and was not done. ${warning}`);
      return Promise.resolve({ ok: true, detail: `${action} of ${node} was not done. ${warning}` });
    },
    close() {},
  };
};

export default device;
