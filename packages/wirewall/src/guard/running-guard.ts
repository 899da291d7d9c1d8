// What a guard opens, in the order in which it is opened, and closed in the order that lets
// requests that are under way come to their end.

import { createGateway, type Gateway } from "@wirewall/gateway";
import { serve, type Server } from "@wirewall/server";
import { isPagePath, startDemoUpstream } from "../demo/demo-upstream.js";
import { RemovedFields } from "../demo/removed-fields.js";
import type { ListenAddress } from "../options/address.js";
import type { KeyAndCertificate } from "./certificate.js";
import { DEFAULT_TLS_PORT, listen } from "./listening.js";
import type { GuardSettings } from "./settings.js";

export interface GuardPlaces {
  readonly upstream: URL | undefined;
  readonly listen: ListenAddress | undefined;
  readonly tls: TlsPlace | undefined;
  readonly admin: ListenAddress | undefined;
}

/** Where TLS is served, and as whom. */
export interface TlsPlace {
  readonly listen: ListenAddress | undefined;
  readonly identity: KeyAndCertificate;
}

export class RunningGuard {
  readonly gateway: Gateway;
  readonly server: Server;
  readonly secure: Server | undefined;
  readonly admin: Server | undefined;
  readonly demo: Server | undefined;

  private constructor(
    gateway: Gateway,
    server: Server,
    secure: Server | undefined,
    admin: Server | undefined,
    demo: Server | undefined,
  ) {
    this.gateway = gateway;
    this.server = server;
    this.secure = secure;
    this.admin = admin;
    this.demo = demo;
  }

  /** @throws UsageProblem for an address that cannot be had; nothing is left open then. */
  static async open(places: GuardPlaces, settings: GuardSettings): Promise<RunningGuard> {
    const opened: { close(options: { readonly timeoutMs: number }): Promise<void> }[] = [];
    const keep = <Closable extends (typeof opened)[number]>(closable: Closable): Closable => {
      opened.unshift(closable);
      return closable;
    };
    try {
      const removed = new RemovedFields();
      const seen: { gateway?: Gateway; server?: Server } = {};
      const demo =
        places.upstream === undefined
          ? keep(
              await startDemoUpstream(
                {
                  preset: settings.preset,
                  limits: settings.http1,
                  address: () => seen.server?.url ?? "",
                  removed: (arrived) => removed.take(arrived),
                  refusals: () => seen.gateway?.counters.refusals ?? [],
                },
                settings.gateway.upstreamHttp1 ?? {},
              ),
            )
          : undefined;
      const upstream = places.upstream ?? demo?.url ?? "";
      const gateway = keep(
        createGateway({
          ...settings.gateway,
          upstream,
          ...(demo !== undefined && {
            onForward: (head, fields) => {
              if (isPagePath(head.target)) removed.note(head, fields);
            },
          }),
        }),
      );
      seen.gateway = gateway;
      const server = await listen("--listen", places.listen, (address) =>
        gateway.listen({ ...settings.listen, ...place(address) }),
      );
      seen.server = server;
      const { admin: address, tls } = places;
      const secure =
        tls === undefined
          ? undefined
          : await listen(
              "--tls-listen",
              tls.listen,
              (named) => gateway.listen({ ...settings.listen, tls: tls.identity, ...place(named) }),
              DEFAULT_TLS_PORT,
            );
      const admin =
        address === undefined
          ? undefined
          : await listen("--admin", address, (named) =>
              serve({ ...place(named), fetch: gateway.adminFetch }),
            );
      return new RunningGuard(gateway, server, secure, admin, demo);
    } catch (error) {
      for (const closable of opened) await closable.close({ timeoutMs: 0 });
      throw error;
    }
  }

  /** Lets open requests finish; the admin address answers until they have. */
  async close(): Promise<void> {
    await this.gateway.close();
    await Promise.all([this.admin?.close({ timeoutMs: 0 }), this.demo?.close({ timeoutMs: 0 })]);
  }
}

function place(address: ListenAddress): { host: string; port: number } | { path: string } {
  if (address.kind === "unix") return { path: address.path };
  return { host: address.host, port: address.port };
}
