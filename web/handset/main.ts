import { fill, type Lang } from '../../src/core/text.ts';
import type { HandsetEvent } from '../../src/telephony/simulator/handset.ts';
import { WORDS } from './wording.ts';

type State = 'connecting' | 'lost' | 'idle' | 'ringing' | 'dialling' | 'open';

interface Said {
  readonly who: 'them' | 'me' | 'message';
  readonly text: string;
  readonly lang: string;
}

const NUMBER = /^\+[1-9]\d{6,14}$/;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;
/** Talk is kept so long on the page. */
const MOST_SAID = 200;

let lang: Lang = new URLSearchParams(location.search).get('lang') === 'en' ? 'en' : 'zh';
let state: State = 'connecting';
let note = '';
let id = '';
let ours = '';
let number = NUMBER.test(new URLSearchParams(location.search).get('number') ?? '')
  ? (new URLSearchParams(location.search).get('number') ?? '')
  : '';
let isListening = false;
let reads = 'speechSynthesis' in window;
let source: EventSource | null = null;
const said: Said[] = [];

const t = (key: keyof typeof WORDS, details: Readonly<Record<string, string>> = {}): string =>
  fill(WORDS[key][lang], details);

function el<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function button(className: string, label: string, act: () => void): HTMLButtonElement {
  const node = el('button', { type: 'button', class: className }, label);
  node.addEventListener('click', act);
  return node;
}

// What the page consists of. It is built once in each language; only words and states change.

const heading = el('h1');
const about = el('p', { class: 'about' });
const status = el('p', { class: 'status', role: 'status' });
const actions = el('div', { class: 'actions' });
const pad = el('div', { class: 'pad', role: 'group' });
const log = el('ol', { class: 'log', tabindex: '0' });
const logTitle = el('h2');
const input = el('input', {
  id: 'number',
  type: 'tel',
  autocomplete: 'off',
  inputmode: 'tel',
  'aria-describedby': 'number-hint',
});
const inputLabel = el('label', { for: 'number' });
const hint = el('p', { id: 'number-hint', class: 'hint' });
const use = el('button', { type: 'submit', class: 'plain' });
const voice = el('input', { type: 'checkbox', id: 'voice' });
const voiceLabel = el('label', { for: 'voice' });
const shortcuts = el('p', { class: 'hint' });
const langSwitch = button('plain', '', () => {
  lang = lang === 'zh' ? 'en' : 'zh';
  render();
});
const keys = new Map<string, HTMLButtonElement>();

function build(): void {
  for (const key of KEYS) {
    const node = button('key', key, () => press(key));
    keys.set(key, node);
    pad.append(node);
  }
  const form = el('form', { class: 'number' }, inputLabel, el('div', { class: 'row' }, input, use), hint);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const wanted = input.value.replace(/[\s-]/g, '');
    if (wanted !== '' && !NUMBER.test(wanted)) {
      input.setAttribute('aria-invalid', 'true');
      hint.textContent = t('badNumber');
      return;
    }
    number = wanted;
    connect();
  });
  input.value = number;
  voice.checked = reads;
  voice.addEventListener('change', () => {
    reads = voice.checked;
    if (!reads) hush();
  });
  const phone = el('section', { class: 'phone' }, status, actions, pad, shortcuts);
  const side = el('section', { class: 'side' }, logTitle, log, el('div', { class: 'check' }, voice, voiceLabel), form);
  document
    .getElementById('app')
    ?.append(el('header', {}, el('div', {}, heading, about), langSwitch), el('main', {}, phone, side));
}

function render(): void {
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  heading.textContent = t('title');
  about.textContent = t('about');
  logTitle.textContent = t('heard');
  langSwitch.textContent = t('switchLang');
  inputLabel.textContent = t('mine');
  use.textContent = t('use');
  hint.textContent = t('anyNumber');
  input.removeAttribute('aria-invalid');
  voiceLabel.textContent = 'speechSynthesis' in window ? t('voice') : t('noVoice');
  voice.disabled = !('speechSynthesis' in window);
  shortcuts.textContent = t('shortcuts');
  pad.setAttribute('aria-label', t('keypad'));
  log.setAttribute('aria-label', t('heard'));
  for (const [key, node] of keys) {
    node.disabled = state !== 'open';
    if (key === '*') node.setAttribute('aria-label', t('star'));
    if (key === '#') node.setAttribute('aria-label', t('hash'));
  }
  pad.classList.toggle('listening', isListening);
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
      return said.filter(({ who }) => who === 'them').pop()?.text ?? t('open');
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
  log.scrollTop = log.scrollHeight;
}

function add(who: Said['who'], text: string, spoken: string = lang): void {
  if (said.length >= MOST_SAID) {
    said.length = 0;
    log.replaceChildren();
  }
  said.push({ who, text, lang: spoken });
}

// The voice

function speak(text: string, spoken: string): void {
  if (!reads || !('speechSynthesis' in window)) return;
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = spoken.startsWith('cmn') ? 'zh-CN' : spoken;
  speechSynthesis.speak(utterance);
}

function hush(): void {
  if ('speechSynthesis' in window) speechSynthesis.cancel();
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
  hush();
  void order('hangup');
}

function press(key: string): void {
  if (state !== 'open') return;
  add('me', t('pressed', { key }));
  renderLog();
  void order('press', { keys: key });
}

async function dial(): Promise<void> {
  if (state !== 'idle') return;
  said.length = 0;
  log.replaceChildren();
  state = 'dialling';
  note = t('dialling', { to: ours });
  render();
  if (await order('dial')) return;
  state = 'idle';
  note = t('notReached');
  render();
}

// What the network tells

function take(event: HandsetEvent): void {
  switch (event.t) {
    case 'ready':
      id = event.id;
      ours = event.ours;
      state = 'idle';
      note = '';
      break;
    case 'ring':
      said.length = 0;
      log.replaceChildren();
      state = 'ringing';
      note = `${t('ringing', { from: event.from })}${number === '' ? ` ${t('ringingTo', { to: event.to })}` : ''}`;
      break;
    case 'open':
      state = 'open';
      isListening = false;
      break;
    case 'hear':
      add('them', event.audio === null ? event.text : t('recorded'), event.lang.startsWith('en') ? 'en' : 'zh-CN');
      if (event.audio === null) speak(event.text, event.lang);
      break;
    case 'listen':
      isListening = true;
      break;
    case 'taken':
      isListening = false;
      break;
    case 'hush':
      hush();
      break;
    case 'ended':
      hush();
      isListening = false;
      state = 'idle';
      note = t('ended');
      break;
    case 'message':
      add('message', `${t('message', { from: event.from })}${event.body}`);
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
    isListening = false;
    hush();
    render();
  };
}

addEventListener('keydown', (event) => {
  if (event.target instanceof HTMLInputElement && event.target.type === 'tel') return;
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

build();
connect();
