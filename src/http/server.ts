import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { AppError } from '../core/errors.ts';
import { type AppDeps, createApp } from './app.ts';

export interface AppServer {
  readonly port: number;
  /** Stops taking requests, lets those under way finish, and resolves. */
  close(): Promise<void>;
}

/** Listens on an address and answers until closed. */
export async function listen(
  deps: AppDeps,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<AppServer> {
  const server = createAdaptorServer({ fetch: createApp(deps).fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new AppError('PORT_IN_USE', { port }) : error),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeIdleConnections' in server) server.closeIdleConnections();
      }),
  };
}
