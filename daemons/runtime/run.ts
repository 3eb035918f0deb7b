/**
 * The driver: runs a process of machines (`machine_process.ts`) in the real world, with its sockets,
 * threads and workers.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import {
  clientLimits,
  type Endpoint,
  keepConnected,
  listen,
  listenToUsers,
  processLimits,
} from "./endpoint.ts";
import { Link } from "./link.ts";
import { endMs, MachineProcess } from "./machine_process.ts";
import type { Part, ProcessOptions, RunningProcess } from "./process.ts";
import { realHost } from "./real_host.ts";
import { stackOf } from "./uncaught.ts";

/** Starts the machines and returns at once. */
export async function run(options: ProcessOptions): Promise<RunningProcess> {
  const driver = new Driver(options);
  await driver.start();
  return driver;
}

class Driver implements RunningProcess {
  readonly ended: Promise<number>;
  readonly #options: ProcessOptions;
  readonly #machines: MachineProcess;
  readonly #endpoints: Endpoint[] = [];
  #stopping = false;
  #exitCode = 0;
  #end: (exitCode: number) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(options: ProcessOptions) {
    const { process, node, machines, log, stores, loader, builtins, protocol } = options;
    this.#options = options;
    this.#machines = new MachineProcess({
      process,
      node,
      machines,
      host: realHost({ log, stores, loader, builtins }),
      loader,
      protocol,
      stopped: (_service, exitCode) => {
        this.#exitCode ||= exitCode;
        // A machine that ends by itself ends its process: nothing would be left to do.
        void this.stop(endMs);
      },
      failed: (service, error) => {
        log(service, "crit", withCode("HA9011", `failed: ${stackOf(error)}`));
        this.#fail(error);
      },
    });
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    this.ended.catch(() => {});
  }

  async start(): Promise<void> {
    const { listenPath, linkPaths = [], connectPaths = [], parts = [], clientBounds } =
      this.#options;
    const { exchange } = this.#machines;
    this.#machines.start();
    const greet = (link: Link) => exchange.greet(link);
    for (const part of parts) this.#attach(part);
    if (listenPath !== undefined) {
      const { listenToUsers: users } = this.#options;
      const endpoint = users === undefined
        ? await listen(listenPath, exchange, greet, clientLimits, clientBounds)
        : await listenToUsers(listenPath, users, exchange, greet, clientBounds);
      this.#endpoints.push(endpoint);
    }
    for (const { path, mayOffer } of linkPaths) {
      this.#endpoints.push(await listen(path, exchange, greet, processLimits(mayOffer)));
    }
    for (const path of connectPaths) this.#endpoints.push(keepConnected(path, exchange, greet));
  }

  async alive(): Promise<boolean> {
    const { parts = [] } = this.#options;
    const answers = await Promise.all(parts.map((part) => part.alive?.() ?? true));
    return answers.every(Boolean);
  }

  async stop(deadlineMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await new Promise<void>((resolve) => this.#machines.stop(deadlineMs, resolve));
    for (const part of this.#options.parts ?? []) await part.stop?.(deadlineMs);
    for (const endpoint of this.#endpoints.splice(0).reverse()) await endpoint.close();
    await this.#options.loader?.close();
    this.#end(this.#exitCode);
  }

  #attach(part: Part): void {
    const { process, log } = this.#options;
    const { exchange } = this.#machines;
    const fail = (why: string) => {
      if (this.#stopping) return;
      log(process, "crit", withCode("HA9005", `ends: ${why}`));
      this.#machines.end();
      this.#fail(new Error(why));
    };
    const link = new Link(part.pipe, {
      onServices: (...said) => exchange.onServices(...said),
      onEnvelope: (...said) => exchange.onEnvelope(...said),
      gather: (take) => exchange.gather(take),
      onUnsendable: (...said) => exchange.onUnsendable(...said),
      onClosed: (gone, why) => {
        exchange.onClosed(gone, why);
        fail(`the link to its other part is gone: ${why}`);
      },
    });
    exchange.greet(link);
    void link.read();
    part.ended?.then((exitCode) => {
      this.#exitCode ||= exitCode;
      void this.stop(endMs);
    }, (error) => fail(`its other part failed: ${messageOf(error)}`));
  }
}
