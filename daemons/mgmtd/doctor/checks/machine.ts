/**
 * The machine under the node: disks, service, log, limits.
 *
 * @module
 */
import { check, finding } from "../check.ts";

/** Free space below which a disk is nearly full: both, a share and an amount. */
const low = { share: 0.1, KiB: 1024 * 1024 };
const out = { KiB: 20 * 1024 };
/** Files that a daemon with many clients has open. */
const descriptorsMin = 1024;
/** The kernel's own default: 208 KiB hold six milliseconds of a flood. */
const bufferBytesMin = 212_992;

/** Disks that are nearly full. */
export const disk = check({
  name: "disk",
  summary: "the disks of the node have room",
  needs: ["disks"],
  find: ({ disks }) =>
    disks.flatMap(({ use, path, sizeKiB, freeKiB }) => {
      // A small file system in memory, as of /run, need not have much room.
      const isLow = freeKiB < sizeKiB * low.share && freeKiB < low.KiB;
      if (!isLow && freeKiB >= out.KiB) return [];
      return [finding(freeKiB < out.KiB ? "error" : "warning", "HA9020", {
        at: path,
        what: `the disk of the ${use} folder has ${Math.floor(freeKiB / 1024)} MiB left of ${
          Math.floor(sizeKiB / 1024)
        } MiB`,
        why: "a node that cannot write its state leaves the membership",
        fix: "make room on the disk",
      })];
    }),
});

/** State that does not survive a restart. */
export const lasting = check({
  name: "lasting-state",
  summary: "the state survives a restart of the machine",
  needs: ["disks"],
  find: ({ disks }) =>
    disks.filter(({ use, type }) => use === "state" && /^(?:tmpfs|ramfs)$/.test(type))
      .map(({ path, type }) =>
        finding("error", "HA9021", {
          at: path,
          what: `the state is in memory (${type})`,
          why: "after a restart of the machine the node has forgotten its views and the CIB",
          fix: "stop the node, move the folder to a disk, and name it in node.json",
        })
      ),
});

/** The unit of systemd. */
export const service = check({
  name: "service",
  summary: "systemd starts the node with the machine",
  needs: ["service"],
  find({ service: { enabled, active } }) {
    if (active === "failed") {
      return [finding("error", "HA9022", {
        at: "ha.service",
        what: "the service has failed",
        fix: "journalctl --unit=ha.service says why; then: systemctl restart ha",
      })];
    }
    if (/^enabled/.test(enabled)) return [];
    const isMissing = enabled === "" || enabled === "not-found";
    return [finding("warning", "HA9022", {
      at: "ha.service",
      what: isMissing ? "there is no such unit" : `the unit is ${enabled}`,
      why: "the node does not start with the machine",
      fix: isMissing
        ? "install daemons/recoverymgrd/ha.service, then: systemctl enable ha"
        : "systemctl enable ha",
    })];
  },
});

/** Where the log goes. */
export const log = check({
  name: "log",
  summary: "the log of the node is kept",
  needs: ["log"],
  find: ({ log }) =>
    log !== "/dev/null" && !log.endsWith(" (deleted)") ? [] : [finding("warning", "HA9023", {
      at: log,
      what: log === "/dev/null" ? "the log is thrown away" : "the file of the log was deleted",
      fix: "start the node again, as a service or with its output to a file",
    })],
});

/** Open files. */
export const limits = check({
  name: "limits",
  summary: "the daemons may open enough files",
  needs: ["descriptors"],
  find: ({ descriptors }) =>
    descriptors >= descriptorsMin ? [] : [finding("warning", "HA9024", {
      at: "open files",
      what: `a daemon may have ${descriptors} files open, of at least ${descriptorsMin}`,
      fix: "set LimitNOFILE=8192 in ha.service, or ulimit -n 8192 where the node is started",
    })],
});

/** Buffers of sockets. */
export const kernel = check({
  name: "kernel",
  summary: "the kernel's buffers hold a burst of packets",
  needs: ["buffers"],
  find: ({ buffers: { max, usual } }) =>
    Math.min(max, usual) >= bufferBytesMin ? [] : [finding("warning", "HA9024", {
      at: usual < bufferBytesMin ? "net.core.rmem_default" : "net.core.rmem_max",
      what: `it is ${Math.min(max, usual)} bytes, of at least ${bufferBytesMin}`,
      why: "packets of a burst are lost",
      fix: `sysctl -w net.core.rmem_default=${bufferBytesMin} net.core.rmem_max=${bufferBytesMin}`,
    })],
});
