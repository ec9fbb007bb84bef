import { connect, createServer, type Socket } from 'node:net';

export type Line = Awaited<ReturnType<typeof openLine>>;

/** A real line to a server that can be cut in the middle of what is being sent, or be down altogether. */
export async function openLine(serverPort: number) {
  const open = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let cuts = 0;
  let isDown = false;

  const server = createServer((client) => {
    if (isDown) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(serverPort, '127.0.0.1');
    const hangUp = (): void => {
      client.destroy();
      upstream.destroy();
      open.delete(client);
    };
    open.add(client);
    for (const socket of [client, upstream]) socket.on('error', hangUp).on('close', hangUp);
    client.on('data', (bytes) => {
      left -= bytes.length;
      if (left >= 0) {
        upstream.write(bytes);
        return;
      }
      // What fits is still sent: the server has the beginning and nothing more.
      upstream.write(bytes.subarray(0, Math.max(0, bytes.length + left)), () => {
        left = Number.POSITIVE_INFINITY;
        cuts += 1;
        client.resetAndDestroy();
        upstream.destroy();
      });
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return {
    origin: `http://localhost:${address.port}`,
    /** After so many bytes to the server the line breaks once. */
    cutAfter(bytes: number): void {
      left = bytes;
    },
    cuts: (): number => cuts,
    down(): void {
      isDown = true;
      for (const socket of open) socket.destroy();
    },
    up(): void {
      isDown = false;
    },
    async close(): Promise<void> {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
