import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import type { NewId } from '../core/ids.ts';
import type { InterviewService, SurveyEntry } from '../services/interviews.ts';
import { type ErrorBody, knownError } from './errors.ts';

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

/** The questions of a survey are the same object for everybody: written out once, and kept as long as that object. */
const writtenPages = new WeakMap<object, string>();

function embeddableEntry(entry: SurveyEntry | ErrorBody): string {
  if (!('page' in entry)) return embeddable(entry);
  const { page, ...rest } = entry;
  const written = writtenPages.get(page) ?? embeddable(page);
  writtenPages.set(page, written);
  return `${embeddable(rest).slice(0, -1)},"page":${written}}`;
}

/** Where the resident's page wants its questionnaire. */
const ENTRY_SLOT = '<script type="application/json" id="entry">';

/**
 * The two faces: the resident's page with its questionnaire already inside (one request less on a slow phone),
 * and the console, which is one page for all of its addresses.
 */
export function pages(deps: { readonly interviews: InterviewService; readonly newId: NewId }) {
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

  async function residentPage(enter: () => Promise<SurveyEntry>): Promise<Response> {
    let entry: SurveyEntry | ErrorBody;
    let status = 200;
    try {
      entry = await enter();
    } catch (error) {
      const known = knownError(error);
      if (!known) throw error;
      entry = { error: { code: known.code, details: known.details, requestId: deps.newId() } };
      status = known.kind === 'gone' ? 410 : 404;
    }
    const [head, tail = ''] = shell('survey.html').split(ENTRY_SLOT);
    return new Response(`${head}${ENTRY_SLOT}${embeddableEntry(entry)}${tail}`, {
      status,
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
    });
  }

  const consolePage = () =>
    new Response(shell('console.html'), {
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' },
    });

  return new Hono()
    .get('/s/:code', (c) => residentPage(() => deps.interviews.enterPlace(c.req.param('code'))))
    .get('/i/:token', (c) => residentPage(() => deps.interviews.enterInvitation(c.req.param('token'))))
    .get('/', (c) => c.redirect('/console'))
    .get('/console', consolePage)
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
