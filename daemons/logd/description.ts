/**
 * The process `logd`, as data: it writes the log, and exists where the node configuration has a section
 * `log`.
 *
 * @module
 */
import type { Grant, ProcessDescription } from "../site/description.ts";
import type { NodeConfig } from "../site/node_config/read.ts";

/** Where syslog listens on most systems. */
export const syslogPath = "/run/systemd/journal/dev-log";

/** Path of the socket from which lines are sent to syslog. */
export const syslogSocketOf = ({ run }: Pick<NodeConfig, "run">, at: number): string =>
  `${run}/logd.syslog${at}`;

/** See the head of the file. */
export const description = {
  name: "logd",
  services: ["logd"],
  linkTo: "cluster",
  state: true,
  hangup: true,
  present: ({ log }) => log !== undefined,
  spared: true,
  grant,
} as const satisfies ProcessDescription;

function grant(config: NodeConfig): Grant {
  const { outputs = [], socket } = config.log ?? {};
  const sockets = [
    ...(socket === undefined ? [] : [socket]),
    ...outputs.flatMap(({ type, path, address }, at) =>
      type !== "syslog" || address !== undefined
        ? []
        : [path ?? syslogPath, syslogSocketOf(config, at)]
    ),
  ];
  const files = outputs.flatMap(({ type, path, keep }) =>
    type === "syslog" || path === undefined
      ? []
      : [path, ...Array.from({ length: keep }, (_, at) => `${path}.${at + 1}`)]
  );
  const addresses = outputs.flatMap(({ address, port }) => {
    if (address === undefined) return [];
    return address.includes(":")
      ? ["[::]:0", `[${address}]:${port}`]
      : ["0.0.0.0:0", `${address}:${port}`];
  });
  return {
    net: [...addresses, ...sockets.map((path) => `unix:${path}`)],
    read: [...files, ...sockets],
    write: [...files, ...sockets],
  };
}
