import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import type { ErrorKind } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { InstrumentService } from '../services/instruments.ts';
import type { InterviewService, SurveyEntry } from '../services/interviews.ts';
import { type ErrorBody, knownError, STATUS } from './errors.ts';
import { type Headers, headerOf, PAGE_HEADERS } from './headers.ts';

/** The built pages: beside the bundle, or in `dist` when the sources run. */
function findWebFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, 'web'), join(here, '..', '..', 'dist', 'web')];
  return candidates.find((folder) => existsSync(join(folder, 'console.html'))) ?? (candidates[0] as string);
}

/** JSON that may stand inside a script element: nothing in it can end the element. */
function embeddable(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Where the resident's page wants its questionnaire. */
const ENTRY_SLOT = '<script type="application/json" id="entry">';

const ERROR_STATUS: Partial<Record<ErrorKind, number>> = { gone: STATUS.gone, busy: STATUS.busy };

const HTML: Headers = { ...PAGE_HEADERS, 'Content-Type': 'text/html; charset=utf-8' };
const RESIDENT_HTML: Headers = { ...HTML, 'Cache-Control': 'no-store' };
const CONSOLE_HTML: Headers = { ...HTML, 'Cache-Control': 'no-cache' };

/** Without the slash at its end the console's address is the console as well. */
const WORKER: Headers = {
  ...PAGE_HEADERS,
  ...{ 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'no-cache' },
  'Service-Worker-Allowed': '/console',
};

const folder = findWebFolder();
const shells = new Map<string, string>();

function shell(name: string): string {
  let html = shells.get(name);
  if (html === undefined) {
    html = readFileSync(join(folder, name), 'utf8');
    shells.set(name, html);
  }
  return html;
}

const SEEN = 'zx_seen';
const MOST_SEEN = 8;
const DAY_SECONDS = 24 * 60 * 60;

/** The codes of posters that this device opened of late: of whoever holds it they say nothing. */
function readSeen(cookies: string | undefined): string[] {
  const value = cookies?.match(/(?:^|; )zx_seen=([2-9a-z.]*)/)?.[1] ?? '';
  return value.split('.').filter(Boolean).slice(-MOST_SEEN);
}

const writeSeen = (codes: readonly string[]): string =>
  `${SEEN}=${codes.slice(-MOST_SEEN).join('.')}; Path=/s; Max-Age=${DAY_SECONDS}; HttpOnly; SameSite=Lax`;

/** The resident's page with its questionnaire already inside: one request less on a slow phone. */
export function residentPages(deps: {
  readonly interviews: InterviewService;
  readonly publicity: { readonly instruments: InstrumentService };
  readonly newId: NewId;
  readonly baseUrl: string;
  readonly takeTurn: (c: Context) => Promise<void>;
}) {
  /** The questions of a survey are the same object for everybody: made into bytes once, kept as long as that object. */
  const tails = new WeakMap<object, Buffer>();

  function residentHtml(entry: SurveyEntry | ErrorBody): Buffer | string {
    const [head, tail = ''] = shell('survey.html').split(ENTRY_SLOT);
    if (!('page' in entry)) return `${head}${ENTRY_SLOT}${embeddable(entry)}${tail}`;
    const { page, ...rest } = entry;
    let end = tails.get(page);
    if (!end) {
      end = Buffer.from(`,"page":${embeddable(page)}}${tail}`);
      tails.set(page, end);
    }
    return Buffer.concat([Buffer.from(`${head}${ENTRY_SLOT}${embeddable(rest).slice(0, -1)}`), end]);
  }

  async function residentPage(c: Context, enter: () => Promise<SurveyEntry>): Promise<Response> {
    try {
      await deps.takeTurn(c);
      return new Response(residentHtml(await enter()), { headers: RESIDENT_HTML });
    } catch (error) {
      const known = knownError(error);
      if (!known) throw error;
      const { code, details, kind } = known;
      const retry = typeof details.seconds === 'number' ? { 'Retry-After': String(details.seconds) } : {};
      return new Response(residentHtml({ error: { code, details, requestId: deps.newId() } }), {
        status: ERROR_STATUS[kind] ?? STATUS.missing,
        headers: { ...RESIDENT_HTML, ...retry },
      });
    }
  }

  const { interviews, publicity } = deps;
  const secure = deps.baseUrl.startsWith('https:') ? '; Secure' : '';
  /** Through the code of a poster, the opening is counted to the poster; the same device counts once a day. */
  async function placePage(c: Context, place: string): Promise<Response> {
    const code = c.req.query('c');
    if (code === undefined) return residentPage(c, () => interviews.enterPlace(place, null));
    const seen = readSeen(headerOf(c, 'cookie'));
    const isAgain = seen.includes(code);
    let counted: string | null = null;
    const page = await residentPage(c, async () => {
      counted = await publicity.instruments.countScan(code, place, { isAgain });
      return interviews.enterPlace(place, counted);
    });
    if (counted !== null && !isAgain) page.headers.append('Set-Cookie', `${writeSeen([...seen, code])}${secure}`);
    return page;
  }

  return new Hono()
    .get('/s/:code', (c) => placePage(c, c.req.param('code')))
    .get('/i/:token', (c) => residentPage(c, () => interviews.enterInvitation(c.req.param('token'))));
}

/** The console, which is one page for all of its addresses, and the files of both faces. */
export function consolePages() {
  const consolePage = () => new Response(shell('console.html'), { headers: CONSOLE_HTML });
  return new Hono()
    .get('/', (c) => c.redirect(`/console${new URL(c.req.url).search}`))
    .get('/console', consolePage)
    .get('/console/worker.js', () => new Response(shell('worker.js'), { headers: WORKER }))
    .get('/console/*', consolePage)
    .use(
      '/assets/*',
      serveStatic({
        root: folder,
        precompressed: true,
        // File names carry a hash of their content.
        onFound: (_path, c) => c.header('Cache-Control', 'public, max-age=31536000, immutable'),
      }),
    );
}
