import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHandset, type Handset, type HandsetEvent } from './handset.ts';
import type { PhoneNetwork } from './network.ts';

export interface NetworkServer {
  readonly port: number;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

const LARGEST_BODY = 256 * 1024;

/** The built pages: beside the bundle, or in `dist` when the sources run. */
function findWebFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, 'web'), join(here, '..', '..', '..', 'dist', 'web')];
  return candidates.find((folder) => existsSync(join(folder, 'handset.html'))) ?? (candidates[0] as string);
}

/**
 * The network over HTTP: its API for the server beside it, and the page “be the resident” for whoever opens it.
 * Nobody signs in here: it listens on this machine alone unless told otherwise.
 */
export async function listenNetwork(
  network: PhoneNetwork,
  options: { readonly host: string; readonly port: number; readonly ours: string },
): Promise<NetworkServer> {
  const handsets = new Map<string, Handset>();
  const folder = findWebFolder();

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://network');
    if (url.pathname.startsWith('/2010-04-01/')) return answerApi(request, response, url);
    if (url.pathname === '/handset/events' && request.method === 'GET') {
      // To take somebody's calls is a change, though it looks like reading.
      const site = request.headers['sec-fetch-site'];
      if (site !== undefined && site !== 'same-origin' && site !== 'none') {
        response.writeHead(403, HEADERS).end();
        return;
      }
      openHandset(request, response, url);
      return;
    }
    const sound = /^\/handset\/([\w-]+)\/sound$/.exec(url.pathname);
    if (sound && request.method === 'GET') {
      sendSound(response, handsets.get(sound[1] ?? ''), url.searchParams.get('url') ?? '');
      return;
    }
    const order = /^\/handset\/([\w-]+)\/(\w+)$/.exec(url.pathname);
    if (order && request.method === 'POST') {
      await command(request, response, handsets.get(order[1] ?? ''), order[2] ?? '');
      return;
    }
    sendFile(response, url.pathname);
  }

  async function answerApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { authorization = '' } = request.headers;
    const init: RequestInit = { method: request.method ?? 'GET', headers: { Authorization: authorization } };
    const body = await readBody(request);
    let answer: Response;
    try {
      answer = await network.fetch(url.href, request.method === 'POST' ? { ...init, body } : init);
    } catch {
      // The faults in which nothing comes back.
      response.socket?.destroy();
      return;
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  function openHandset(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const wanted = url.searchParams.get('number') ?? '';
    const number = /^\+[1-9]\d{6,14}$/.test(wanted) ? wanted : null;
    const id = randomUUID();
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream', Connection: 'keep-alive' });
    const send = (event: HandsetEvent): void => {
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    };
    const handset = createHandset(network, number, send);
    handsets.set(id, handset);
    send({ t: 'ready', id, number, ours: options.ours });
    const beat = setInterval(() => response.write(': still here\n\n'), 15_000);
    request.on('close', () => {
      clearInterval(beat);
      handsets.delete(id);
      handset.close();
    });
  }

  async function command(
    request: IncomingMessage,
    response: ServerResponse,
    handset: Handset | undefined,
    verb: string,
  ): Promise<void> {
    // A page of somebody else's cannot send this header to us.
    const isOurs = request.headers['x-handset'] === '1';
    if (!isOurs || !handset) {
      response.writeHead(isOurs ? 404 : 403, HEADERS).end();
      return;
    }
    const body = await readBody(request);
    const words = new URLSearchParams(body);
    const to = words.get('to') || options.ours;
    let isDone = true;
    switch (verb) {
      case 'answer':
        handset.answer();
        break;
      case 'hangup':
        handset.hangUp();
        break;
      case 'press':
        handset.press((words.get('keys') ?? '').replace(/[^0-9*#]/g, ''));
        break;
      case 'dial':
        isDone = handset.dial(to);
        break;
      case 'say':
        handset.say((words.get('text') ?? '').slice(0, 500));
        break;
      case 'text':
        handset.text(to, (words.get('body') ?? '').slice(0, 500));
        break;
      default:
        isDone = false;
    }
    response.writeHead(isDone ? 204 : 409, HEADERS).end();
  }

  /** What the network fetched and this phone heard; nothing else is passed on. */
  function sendSound(response: ServerResponse, handset: Handset | undefined, url: string): void {
    const found = handset?.sound(url);
    response.writeHead(found ? 200 : 404, { ...HEADERS, ...(found ? { 'Content-Type': found.type } : {}) });
    response.end(found?.bytes);
  }

  function sendFile(response: ServerResponse, path: string): void {
    const name = path === '/' ? 'handset.html' : path.slice(1);
    const isOurs = name === 'handset.html' || /^assets\/[\w.-]+\.(js|css)$/.test(name);
    const file = join(folder, name);
    if (!isOurs || !existsSync(file)) {
      response.writeHead(404, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(isOurs ? 'npm run build\n' : '');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500, HEADERS);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > LARGEST_BODY) throw new RangeError('the body is too large');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
