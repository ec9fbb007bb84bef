import { fill, type Lang } from '../../src/core/text.ts';
import type { HandsetEvent } from '../../src/telephony/simulator/handset.ts';
import { button, el, line, linked } from './page.ts';
import { createSound } from './sound.ts';
import { WORDS } from './wording.ts';

type State = 'connecting' | 'lost' | 'idle' | 'ringing' | 'dialling' | 'open';

interface Said {
  readonly who: 'them' | 'me' | 'note';
  readonly text: string;
  readonly lang: string;
}

const NUMBER = /^\+[1-9]\d{6,14}$/;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;
/** Talk is kept so long on the page. */
const MOST_SAID = 200;

const query = new URLSearchParams(location.search);
let lang: Lang = query.get('lang') === 'en' ? 'en' : 'zh';
let state: State = 'connecting';
let note = '';
let id = '';
let ours = '';
let number = NUMBER.test(query.get('number') ?? '') ? (query.get('number') ?? '') : '';
/** Keys that count now, in words; null: none do. */
let expected: string | null = null;
/** Connected with a person, not with a recording. */
let isTalking = false;
let writer = '';
let source: EventSource | null = null;
const said: Said[] = [];
const sound = createSound();

const t = (key: keyof typeof WORDS, details: Readonly<Record<string, string>> = {}): string =>
  fill(WORDS[key][lang], details);

// What the page consists of. It is built once; only words and states change.

const heading = el('h1');
const about = el('p', { class: 'about' });
const status = el('p', { class: 'status', role: 'status' });
const actions = el('div', { class: 'actions' });
const expects = el('p', { class: 'expects' });
const pad = el('div', { class: 'pad', role: 'group' });
const log = el('ol', { class: 'log', tabindex: '0' });
const logTitle = el('h2');
const empty = el('p', { class: 'hint' });
const inbox = el('ol', { class: 'inbox' });
const inboxTitle = el('h2');
const noMessages = el('p', { class: 'hint' });
const hint = el('p', { id: 'number-hint', class: 'hint' });
const audible = el('input', { type: 'checkbox', id: 'audible' });
const audibleLabel = el('label', { for: 'audible' });
const shortcuts = el('p', { class: 'hint' });
const langSwitch = button('plain', '', () => {
  lang = lang === 'zh' ? 'en' : 'zh';
  render();
});
const keys = new Map<string, HTMLButtonElement>();
const speech = line('speech', { maxlength: '200' }, (text) => {
  if (text === '') return;
  speech.input.value = '';
  add('me', text);
  void order('say', { text });
  renderLog();
});
const reply = line('reply', { maxlength: '200' }, (text) => {
  if (text === '') return;
  reply.input.value = '';
  inbox.append(el('li', { class: 'me' }, text));
  void order('text', { to: writer, body: text });
});
const own = line(
  'number',
  { type: 'tel', inputmode: 'tel', 'aria-describedby': 'number-hint' },
  (text) => {
    const wanted = text.replace(/[\s-]/g, '');
    if (wanted !== '' && !NUMBER.test(wanted)) {
      own.input.setAttribute('aria-invalid', 'true');
      hint.textContent = t('badNumber');
      return;
    }
    number = wanted;
    connect();
  },
  hint,
);

function build(): void {
  for (const key of KEYS) {
    const node = button('key', key, () => press(key));
    keys.set(key, node);
    pad.append(node);
  }
  own.input.value = number;
  audible.checked = sound.isOn;
  audible.addEventListener('change', () => {
    sound.isOn = audible.checked;
    if (!sound.isOn) sound.hush();
  });
  const check = el('div', { class: 'check' }, audible, audibleLabel);
  const phone = el('section', { class: 'phone' }, status, actions, expects, pad, shortcuts);
  const talk = el('section', {}, logTitle, empty, log, speech.form, check);
  const messages = el('section', {}, inboxTitle, noMessages, inbox, reply.form);
  const side = el('div', { class: 'side' }, talk, messages, own.form);
  document
    .getElementById('app')
    ?.append(el('header', {}, el('div', {}, heading, about), langSwitch), el('main', {}, phone, side));
}

function render(): void {
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  document.title = state === 'ringing' ? `☎ ${note}` : t('title');
  heading.textContent = t('title');
  about.textContent = t('about');
  logTitle.textContent = t('heard');
  inboxTitle.textContent = t('messages');
  noMessages.textContent = t('noMessages');
  noMessages.hidden = inbox.children.length > 0;
  langSwitch.textContent = t('switchLang');
  own.label.textContent = t('mine');
  own.send.textContent = t('use');
  speech.label.textContent = t('speak');
  speech.send.textContent = t('speakSend');
  speech.form.hidden = !isTalking;
  reply.label.textContent = t('reply', { to: writer });
  reply.send.textContent = t('replySend');
  reply.form.hidden = writer === '';
  hint.textContent = t('anyNumber');
  own.input.removeAttribute('aria-invalid');
  audibleLabel.textContent = sound.speaks(lang) ? t('audible') : t('noVoice');
  shortcuts.textContent = t('shortcuts');
  pad.setAttribute('aria-label', t('keypad'));
  log.setAttribute('aria-label', t('heard'));
  for (const [key, node] of keys) {
    node.disabled = state !== 'open';
    if (key === '*') node.setAttribute('aria-label', t('star'));
    if (key === '#') node.setAttribute('aria-label', t('hash'));
  }
  pad.classList.toggle('listening', expected !== null);
  expects.textContent = expected ?? '';
  status.textContent = statusText();
  status.className = `status ${state}`;
  renderActions();
  renderLog();
}

function statusText(): string {
  switch (state) {
    case 'connecting':
    case 'lost':
      return t(state);
    case 'idle':
      return note === '' ? t('idle') : note;
    case 'ringing':
    case 'dialling':
      return note;
    case 'open':
      // On a small screen the talk stands below the keys: its last sentence is shown here.
      return said.filter(({ who }) => who !== 'me').pop()?.text ?? t('open');
  }
}

/** Buttons that stay keep the focus. */
function renderActions(): void {
  const wanted: [string, string, () => void][] = [];
  if (state === 'idle') wanted.push(['call', t('call'), dial]);
  if (state === 'ringing') wanted.push(['answer', t('answer'), answer], ['end', t('decline'), hangUp]);
  if (state === 'open' || state === 'dialling') wanted.push(['end', t('hangUp'), hangUp]);
  const names = wanted.map(([name]) => name).join(' ');
  if (actions.dataset.names !== names) {
    actions.dataset.names = names;
    actions.replaceChildren(...wanted.map(([name, label, act]) => button(`action ${name}`, label, act)));
    if (state === 'ringing') actions.querySelector('button')?.focus();
    return;
  }
  wanted.forEach(([, label], index) => {
    const node = actions.children[index];
    if (node) node.textContent = label;
  });
}

function renderLog(): void {
  while (log.children.length > said.length) log.lastChild?.remove();
  for (const { who, text, lang: spoken } of said.slice(log.children.length))
    log.append(el('li', { class: who, lang: spoken }, text));
  log.hidden = said.length === 0;
  empty.hidden = said.length > 0;
  empty.textContent = t('nothingYet');
  log.scrollTop = log.scrollHeight;
}

function add(who: Said['who'], text: string, spoken: string = lang): void {
  if (said.length >= MOST_SAID) clearLog();
  said.push({ who, text, lang: spoken });
}

function clearLog(): void {
  said.length = 0;
  log.replaceChildren();
}

// Orders to the network

async function order(verb: string, words: Readonly<Record<string, string>> = {}): Promise<boolean> {
  try {
    const response = await fetch(`/handset/${id}/${verb}`, {
      method: 'POST',
      headers: { 'X-Handset': '1' },
      body: new URLSearchParams(words).toString(),
    });
    return response.ok;
  } catch {
    return false;
  }
}

function answer(): void {
  if (state === 'ringing') void order('answer');
}

function hangUp(): void {
  sound.hush();
  void order('hangup');
}

function press(key: string): void {
  if (state !== 'open') return;
  sound.touch(key);
  add('me', t('pressed', { key }));
  renderLog();
  void order('press', { keys: key });
}

async function dial(): Promise<void> {
  if (state !== 'idle') return;
  state = 'dialling';
  note = t('dialling', { to: ours });
  sound.repeat('ringback');
  render();
  if (await order('dial')) return;
  sound.hush();
  state = 'idle';
  note = t('notReached');
  render();
}

// What the network tells

function hear({ text, lang: spoken, audio, ms, tones }: HandsetEvent & { t: 'hear' }): void {
  if (tones !== undefined) {
    add('note', t('dialled', { keys: tones }));
    return;
  }
  const tongue = spoken.startsWith('en') ? 'en' : 'zh-CN';
  add('them', audio === null ? text : t('recorded', { seconds: String(Math.max(1, Math.round(ms / 1000))) }), tongue);
  if (audio === null) sound.say(text, tongue, ms);
  else sound.play(`/handset/${id}/sound?url=${encodeURIComponent(audio)}`);
}

function end(tone: 'busy' | 'rejected' | 'none' | null): void {
  sound.hush();
  if (tone === 'busy' || tone === 'rejected') sound.repeat('busy');
  note = t(tone === 'busy' || tone === 'rejected' ? tone : state === 'ringing' && tone !== null ? 'missed' : 'ended');
  expected = null;
  isTalking = false;
  state = 'idle';
}

function take(event: HandsetEvent): void {
  switch (event.t) {
    case 'ready':
      id = event.id;
      ours = event.ours;
      state = 'idle';
      note = '';
      break;
    case 'ring':
      state = 'ringing';
      note = `${t('ringing', { from: event.from })}${number === '' ? ` ${t('ringingTo', { to: event.to })}` : ''}`;
      sound.repeat('ring');
      break;
    case 'open':
      sound.hush();
      clearLog();
      state = 'open';
      expected = null;
      break;
    case 'hear':
      hear(event);
      break;
    case 'listen': {
      const { numDigits, finishOnKey } = event;
      const most =
        numDigits === null ? t('anyKeys') : t(numDigits === 1 ? 'oneKey' : 'someKeys', { n: String(numDigits) });
      expected = finishOnKey !== '' && numDigits !== 1 ? `${most}${t('finishOn', { key: finishOnKey })}` : most;
      break;
    }
    case 'taken':
      expected = null;
      break;
    case 'hush':
      sound.hush();
      break;
    case 'talk':
      sound.hush();
      isTalking = true;
      add('note', t('talking'));
      break;
    case 'voice':
      add('them', event.text);
      sound.say(event.text, lang === 'zh' ? 'zh-CN' : 'en', 4000);
      break;
    case 'beep':
      sound.beep();
      break;
    case 'fault':
      add('note', t('fault', { code: String(event.code) }));
      break;
    case 'ended':
      end(event.tone);
      break;
    case 'message':
      writer = event.from;
      if (state === 'idle') note = t('newMessage');
      inbox.append(el('li', {}, t('message', { from: event.from }), ...linked(event.body)));
      sound.beep();
      break;
  }
  render();
}

function connect(): void {
  source?.close();
  state = 'connecting';
  render();
  source = new EventSource(`/handset/events?number=${encodeURIComponent(number)}`);
  source.onmessage = ({ data }) => take(JSON.parse(String(data)) as HandsetEvent);
  source.onerror = () => {
    state = 'lost';
    expected = null;
    isTalking = false;
    sound.hush();
    render();
  };
}

addEventListener('keydown', (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox') return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (KEYS.some((key) => key === event.key)) {
    event.preventDefault();
    press(event.key);
  } else if (event.key === 'Enter' && state === 'ringing' && !(event.target instanceof HTMLButtonElement)) {
    answer();
  } else if (event.key === 'Escape' && (state === 'open' || state === 'ringing' || state === 'dialling')) {
    hangUp();
  }
});
// The voices of a browser come in a while.
if ('speechSynthesis' in window) speechSynthesis.addEventListener('voiceschanged', render);

build();
connect();
