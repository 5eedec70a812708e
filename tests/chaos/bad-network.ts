import { connect, createServer, type Socket } from 'node:net';

/** Milliseconds after which the server's own keepalive would notice that a half-open client is gone. */
const NOTICED_BY_SERVER = 8_000;

/** What a half-open connection still lets through: `answers` only means that the client's words get lost. */
export type Remnant = 'nothing' | 'answers' | 'requests';

interface Link {
  client: Socket;
  server: Socket;
  remnant: Remnant | null;
}

/** A network between workers and Postgres that can be hurt. */
export class BadNetwork {
  readonly #links = new Set<Link>();
  readonly #listener = createServer((client) => this.#join(client));
  readonly #target: { host: string; port: number };

  constructor(host: string, port: number) {
    this.#target = { host, port };
  }

  /** Answers the port of loopback that it listens on. */
  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#listener.listen(0, '127.0.0.1', () => {
        const address = this.#listener.address();
        if (typeof address === 'object' && address) resolve(address.port);
      });
    });
  }

  /** The connections that still carry both ways. */
  get whole(): readonly Link[] {
    return [...this.#links].filter((link) => link.remnant === null);
  }

  /** Closes a connection on both sides, whatever is under way. */
  cut({ client, server }: Link): void {
    client.destroy();
    server.destroy();
  }

  /** From now on words are lost without either side being told, as behind a router that has forgotten the connection. */
  halfOpen(link: Link, remnant: Remnant): void {
    link.remnant = remnant;
    setTimeout(() => link.server.destroy(), NOTICED_BY_SERVER).unref();
  }

  close(): void {
    this.#listener.close();
    for (const link of this.#links) this.cut(link);
  }

  #join(client: Socket): void {
    const server = connect({ ...this.#target, noDelay: true });
    client.setNoDelay(true);
    const link: Link = { client, server, remnant: null };
    this.#links.add(link);
    client.on('data', (bytes) => {
      if (link.remnant === null || link.remnant === 'requests') server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (link.remnant === null || link.remnant === 'answers') client.write(bytes);
    });
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.on('error', () => {}); // 'close' follows.
      end.on('close', () => {
        if (link.remnant === null) other.destroy();
        if (client.destroyed && server.destroyed) this.#links.delete(link);
      });
    }
  }
}
