import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { LANGS, type Lang, type Text } from '../core/text.ts';
import type { MessageService } from '../services/messages.ts';
import { type Headers, PAGE_HEADERS } from './headers.ts';
import { limitBody } from './limits.ts';

const STYLE =
  'body{margin:0 auto;max-width:28rem;padding:2rem 1.25rem;font:1.0625rem/1.7 system-ui,sans-serif;color:#1b1f24;background:#fff}' +
  'h1{font-size:1.375rem}button{font:inherit;min-height:3rem;width:100%;border:0;border-radius:.5rem;background:#1f5fa8;color:#fff}' +
  'button:focus-visible,a:focus-visible{outline:3px solid #e08a00;outline-offset:2px}a{color:#1f5fa8}';

/** Nothing runs and nothing is loaded; the address is a secret, so it is told to nobody. */
const HEADERS: Headers = {
  ...PAGE_HEADERS,
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
};

const TEXTS = {
  title: { zh: '不再接收来电和短信', en: 'No more calls or messages' },
  ask: {
    zh: '按下按钮后，收到这条短信的号码将列入免访名单：以后的调查不再给这个号码打电话、发短信。',
    en: 'Press the button and the number that received this message goes on our do-not-call list: no survey of ours calls or writes to it again.',
  },
  button: { zh: '不再联系我', en: 'Do not contact me again' },
  done: {
    zh: '已办好。我们不再给这个号码打电话、发短信。可以关闭这个页面。',
    en: 'Done. We will not call or write to this number again. You may close this page.',
  },
  unknown: {
    zh: '这个网址不对，可能没有复制完整。请重新点开短信里的整个网址，或直接回复短信“TD”。',
    en: 'This address is not right; a part of it may be missing. Open the whole address in the message again, or answer the message with STOP.',
  },
} as const satisfies Record<string, Text>;

const OTHER = { zh: { lang: 'en', name: 'English' }, en: { lang: 'zh', name: '中文' } } as const;

function page(lang: Lang, body: string, status = 200): Response {
  const html = `<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${TEXTS.title[lang]}</title>
    <style>${STYLE}</style>
  </head>
  <body>
    <main>
      <h1>${TEXTS.title[lang]}</h1>
      ${body}
    </main>
  </body>
</html>
`;
  return new Response(html, { status, headers: HEADERS });
}

/** What came of pressing the button, in both languages: to go to the other one would ask again. */
function answer(lang: Lang, text: Text, status = 200): Response {
  const other = OTHER[lang].lang;
  return page(lang, `<p role="status">${text[lang]}</p>\n      <p lang="${other}">${text[other]}</p>`, status);
}

/**
 * The opt-out address that every message names. Opening it changes nothing, for messages are opened by programs that look
 * for bad links; the button does. It says nothing of whom a link belongs to, and works without scripts.
 */
export function optOutPages(deps: {
  readonly messages: Pick<MessageService, 'optOut'>;
  readonly takeTurn: (c: Context) => Promise<void>;
}) {
  const langOf = (c: Context): Lang => LANGS.find((lang) => lang === c.req.query('lang')) ?? 'zh';
  return new Hono()
    .get('/o/:token', async (c) => {
      await deps.takeTurn(c);
      const lang = langOf(c);
      return page(
        lang,
        `<p>${TEXTS.ask[lang]}</p>
      <form method="post" action="?lang=${lang}"><button>${TEXTS.button[lang]}</button></form>
      <p><a href="?lang=${OTHER[lang].lang}" lang="${OTHER[lang].lang}">${OTHER[lang].name}</a></p>`,
      );
    })
    .post('/o/:token', limitBody(1024), async (c) => {
      await deps.takeTurn(c);
      const isDone = await deps.messages.optOut(c.req.param('token'));
      return isDone ? answer(langOf(c), TEXTS.done) : answer(langOf(c), TEXTS.unknown, 404);
    });
}
