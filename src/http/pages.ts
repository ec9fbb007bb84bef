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
import { type Headers, PAGE_HEADERS } from './headers.ts';

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

/** The resident's page with its questionnaire already inside: one request less on a slow phone. */
export function residentPages(deps: {
  readonly interviews: InterviewService;
  readonly publicity: { readonly instruments: InstrumentService };
  readonly newId: NewId;
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
  /** Through the code of a poster, the opening is counted to the poster. */
  async function enterPlace(place: string, code: string | undefined): Promise<SurveyEntry> {
    const instrument = code === undefined ? null : await publicity.instruments.countScan(code, place);
    return interviews.enterPlace(place, instrument);
  }

  return new Hono()
    .get('/s/:code', (c) => residentPage(c, () => enterPlace(c.req.param('code'), c.req.query('c'))))
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
