import { describe, expect, it } from 'vitest';
import { compilePlan } from '../../src/core/questionnaire/gate.ts';
import { closeKeypad, flagKeypad, speechMs } from '../../src/interview/keypad-quality.ts';
import type { Voice } from '../../src/interview/step.ts';
import { definition, multiple, number, planOf, say, single } from '../core/questionnaire/example.ts';
import { dial, tokenOf } from './call.ts';
import { county } from './example.ts';

const survey = compilePlan(county());
/** One optional question after another, a number, and one language only. */
const optional = compilePlan(
  planOf(
    definition(
      [
        single('one', { isRequired: false }),
        single('two', { isRequired: false }),
        single('three', { isRequired: false }),
        number('age', { min: 10, max: 110 }),
        multiple('heard', { maxSelectedChoices: 2 }),
      ].map((question) => ({ ...question, title: say('满意吗？', '满意吗？'), spoken: say('满意吗？', '满意吗？') })),
    ),
  ),
);

/** A call that stands at the first question. */
function begun(compiled = survey, options: Parameters<typeof dial>[1] = {}) {
  const phone = dial(compiled, options);
  phone.pressAll('1', '1');
  return phone;
}

/** A call that stands at the question on safety. */
function atSafety() {
  const phone = begun();
  phone.pressAll('1', '1', '1', '3', '1');
  expect(phone.place()).toBe('safety');
  return phone;
}

describe('a keypad call begins', () => {
  it('with who calls, why, how long it takes, and three ways on', () => {
    const phone = dial(survey);
    expect(phone.call.step).toEqual({
      prompts: [
        {
          say: '您好！这里是演示县统计调查中心，想请您参加社会治安与扫黑除恶群众调查，大约4分钟。',
          lang: 'zh',
        },
        { say: '开始请按1，稍后再打请按2，不再来电请按9。', lang: 'zh' },
        { say: 'For English, press 3.', lang: 'en' },
      ],
      next: {
        t: 'gather',
        min: 1,
        max: 1,
        keys: '1293*',
        timeoutMs: 5000,
        terminator: null,
        bargeIn: true,
        token: 'a1.INTRO.1',
      },
    });
    expect(speechMs(phone.call.step)).toBeLessThan(15_000);
  });

  it('by thanking those who call in', () => {
    expect(dial(survey, { direction: 'in' }).words()).toContain('谢谢您来电！');
  });

  it('in English after key 3, and back again', () => {
    const phone = dial(survey);
    phone.press('3');
    expect(phone.words()).toContain('It takes about 4 minutes.');
    expect(phone.words()).toContain('中文请按3。');
    phone.pressAll('1', '1');
    expect(phone.words()).toContain('Are you eighteen or older?Yes, press 1; No, press 2.');
  });

  it('without a language key where the questionnaire speaks one language', () => {
    const phone = dial(optional);
    expect(phone.words()).not.toContain('English');
    phone.press('3');
    expect(phone.words()).toContain('没有这个选项。');
  });

  it('not now: says so and hangs up', () => {
    const phone = dial(survey);
    phone.press('2');
    expect(phone.call.last.ended).toEqual({ reason: 'later', disposition: null, wish: 'later' });
    expect(phone.call.step.next).toEqual({ t: 'hangup', reason: 'later' });
    expect(phone.words()).toBe('好的，我们换个时间再打给您，再见！');
  });

  it('never again: says so and hangs up', () => {
    const phone = dial(survey);
    phone.press('9');
    expect(phone.call.last.ended).toEqual({ reason: 'never', disposition: '2.112', wish: 'never' });
    expect(phone.words()).toContain('以后不再给您打电话');
  });

  it('with a consent text that is heard to its end', () => {
    const phone = dial(survey);
    phone.press('1');
    expect(phone.words()).toBe('参加与否由您决定。同意参加请按1，不参加请按2。');
    expect(phone.call.step.next).toMatchObject({ t: 'gather', bargeIn: false, keys: '12*' });
    phone.press('1');
    expect(phone.call.last.consents).toEqual([{ kind: 'interview', given: true }]);
    expect(phone.place()).toBe('adult');
    expect(phone.call.step.next).toMatchObject({ bargeIn: true });
  });

  it('and ends politely without consent', () => {
    const phone = dial(survey);
    phone.pressAll('1', '2');
    expect(phone.call.last.consents).toEqual([{ kind: 'interview', given: false }]);
    expect(phone.call.last.ended).toEqual({ reason: 'declined', disposition: '2.112', wish: null });
  });

  it('asks for the recording only when the campaign records', () => {
    const phone = dial(survey, { recording: true });
    phone.pressAll('1', '1');
    expect(phone.place()).toBe('recording');
    expect(phone.call.step.next).toMatchObject({ bargeIn: false });
    phone.press('1');
    expect(phone.call.last.consents).toEqual([{ kind: 'recording', given: true }]);
    expect(phone.place()).toBe('adult');
  });

  it('goes on unrecorded without consent to it, silence included', () => {
    const refusing = dial(survey, { recording: true });
    refusing.pressAll('1', '1', '2');
    expect(refusing.call.last.consents).toEqual([{ kind: 'recording', given: false }]);
    expect(refusing.place()).toBe('adult');
    const silent = dial(survey, { recording: true });
    silent.pressAll('1', '1', '', '', '');
    expect(silent.call.last.consents).toEqual([{ kind: 'recording', given: false }]);
    expect(silent.place()).toBe('adult');
  });

  it('and ends when nobody reacts', () => {
    const phone = dial(survey);
    phone.pressAll('', '');
    expect(phone.words()).toContain('没有听到按键。您好');
    phone.press('');
    expect(phone.call.last.ended).toEqual({ reason: 'no-response', disposition: null, wish: null });
    expect(phone.words()).toContain('先不打扰您了');
  });
});

describe('a keypad question', () => {
  it('says each option before its key', () => {
    expect(atSafety().words()).toBe(
      '总的来说，您平时在本地生活，感觉安全还是不安全？很安全请按1，比较安全请按2，一般请按3，不太安全请按4，很不安全请按5，说不清请按8，不愿回答请按9。',
    );
  });

  it('is read backwards to the other half, each option with its own key', () => {
    const phone = begun(survey, { reversed: true });
    phone.pressAll('1', '1', '1', '3', '1');
    expect(phone.words()).toContain('很不安全请按5，不太安全请按4，一般请按3，比较安全请按2，很安全请按1，说不清请按8');
    phone.press('5');
    expect(phone.call.answers).toMatchObject({ safety: '5' });
  });

  it('stores each answer with its step', () => {
    const phone = atSafety();
    phone.press('2');
    expect(phone.call.last.given).toEqual({ safety: '2' });
    expect(phone.place()).toBe('trend');
  });

  it('is repeated on * three times for nothing', () => {
    const phone = atSafety();
    const words = phone.words();
    phone.pressAll('*', '*', '*');
    expect(phone.words()).toBe(words);
    expect(phone.call.session).toMatchObject({ repeats: 3, invalid: 0, silent: 0 });
    phone.press('*');
    expect(phone.words()).toContain('题目已经重听三次');
    expect(phone.call.session).toMatchObject({ invalid: 1 });
    phone.press('3');
    expect(phone.call.answers).toMatchObject({ safety: '3' });
  });

  it('takes 0 for “don’t know”', () => {
    const phone = atSafety();
    phone.press('0');
    expect(phone.call.last.given).toEqual({ safety: '8' });
  });

  it('insists on a screener', () => {
    const phone = begun();
    phone.press('0');
    expect(phone.words()).toMatch(/^这道题需要您回答，才能继续。/);
    expect(phone.place()).toBe('adult');
  });

  it('says that there is no such option, or that nothing was heard, and asks again', () => {
    const phone = atSafety();
    phone.press('7');
    expect(phone.words()).toMatch(/^没有这个选项。总的来说/);
    phone.press('');
    expect(phone.words()).toMatch(/^没有听到按键。总的来说/);
  });

  it('counts wrong keys and silences apart, three of each', () => {
    const phone = atSafety();
    phone.pressAll('7', '', '7', '');
    expect(phone.place()).toBe('safety');
    expect(phone.call.session).toMatchObject({ invalid: 2, silent: 2 });
    phone.press('1');
    expect(phone.call.session).toMatchObject({ invalid: 0, silent: 0 });
  });

  it('that must be answered ends the call after the limit, to be resumed', () => {
    const phone = atSafety();
    phone.pressAll('', '', '');
    expect(phone.call.last.ended).toEqual({ reason: 'gave-up', disposition: null, wish: null });
    expect(phone.words()).toContain('您已经回答的内容都保存好了');
    expect(phone.call.answers).toMatchObject({ adult: '1', area: 'urban' });
  });

  it('that is optional is left out after the limit', () => {
    const phone = begun(optional);
    phone.pressAll('7', '7', '7');
    expect(phone.place()).toBe('two');
    expect(phone.words()).toMatch(/^我们接着问下一题。/);
    phone.pressAll('1', '1');
    expect(phone.call.answers).toEqual({ two: '1', three: '1' });
    expect(phone.call.session.passed).toEqual({ one: 'skipped' });
  });

  it('ends the call when two in a row are left out', () => {
    const phone = begun(optional);
    phone.pressAll('', '', '', '7', '7', '7');
    expect(phone.call.last.ended).toMatchObject({ reason: 'gave-up' });
  });

  it('goes on when an answer stands between two that are left out', () => {
    const phone = begun(optional);
    phone.pressAll('', '', '', '1', '', '', '');
    expect(phone.place()).toBe('age');
  });

  it('takes several keys and the hash key', () => {
    const phone = begun(optional);
    phone.pressAll('1', '1', '1', '35#', '1');
    expect(phone.call.step.next).toMatchObject({ terminator: '#', max: 6, keys: '123089#*' });
    phone.press('213#');
    expect(phone.words()).toMatch(/^最多选2项，请重新选。/);
    phone.press('10#');
    expect(phone.words()).toMatch(/^这几项不能一起选，请重新选。/);
    phone.pressAll('21#', '1');
    expect(phone.call.last.given).toEqual({ heard: ['tv', 'web'] });
    expect(phone.call.last.ended).toEqual({ reason: 'complete', disposition: '1.1', wish: null });
  });

  it('takes the hash key for a key like others where it is an answer of its own', () => {
    const phone = atSafety();
    phone.pressAll('1', '1', '2#', '1', '2#');
    expect(phone.place()).toBe('channels');
    expect(phone.words()).toContain('记不清或不愿回答，请直接按井号键。');
    // Ten options and the hash key; with a terminator the carrier would never tell of a hash key alone.
    expect(phone.call.step.next).toMatchObject({ terminator: null, max: 11, keys: '1234567890#*' });
    phone.press('#');
    expect(phone.call.last.given).toEqual({ channels: ['dont-know'] });
  });

  it('reads a number back before it counts', () => {
    const phone = begun(optional);
    phone.pressAll('1', '1', '1');
    expect(phone.words()).toContain('输完请按井号键。不愿回答请按0，再按井号键。');
    expect(phone.call.step.next).toMatchObject({ terminator: '#', max: 3 });
    phone.press('53#');
    expect(phone.words()).toBe('您输入的是53。正确请按1，重新输入请按2。');
    expect(phone.call.last.given).toEqual({});
    phone.press('2');
    expect(phone.words()).toMatch(/^好的，请重新输入。/);
    phone.press('5#');
    expect(phone.words()).toMatch(/^请输入10到110之间的数。/);
    phone.pressAll('35#', '1');
    expect(phone.call.last.given).toEqual({ age: 35 });
    expect(phone.place()).toBe('heard');
  });

  it('reads several ticks back by the names of their options before they count', () => {
    const phone = atSafety();
    phone.pressAll('1', '1', '32#');
    expect(phone.words()).toBe('您选的是：扫黑除恶，禁毒。正确请按1，重新选择请按2。');
    expect(phone.call.step.next).toMatchObject({ max: 1, keys: '12*', terminator: null, bargeIn: true });
    expect(phone.call.last.given).toEqual({});
    expect(phone.place()).toBe('confirm');
    phone.press('*');
    expect(phone.words()).toMatch(/^您选的是：扫黑除恶，禁毒。正确/);
    phone.press('2');
    expect(phone.words()).toMatch(/^好的，请重新选择。/);
    expect(phone.place()).toBe('heard');
    phone.pressAll('23#', '1');
    expect(phone.call.last.given).toEqual({ heard: ['gangs', 'drugs'] });
    expect(phone.place()).toBe('awareness');
  });

  it('reads them back in English to who hears the questions in English', () => {
    const phone = dial(survey);
    phone.pressAll('3', '1', '1', '1', '1', '1', '3', '1', '1', '1', '23#');
    expect(phone.words()).toMatch(/^You chose: .+; .+\. ?If that is right, press 1\. To choose again, press 2\.$/);
  });

  it('takes a single tick as it is: one key is heard or not', () => {
    const phone = atSafety();
    phone.pressAll('1', '1', '2#');
    expect(phone.call.last.given).toEqual({ heard: ['gangs'] });
  });

  it('counts a wrong key and a silence at the read-back with those at its question, and gives up after three', () => {
    const phone = atSafety();
    phone.pressAll('1', '1', '', '23#');
    expect(phone.call.session).toMatchObject({ at: { t: 'confirm' }, silent: 1 });
    phone.press('7');
    expect(phone.words()).toMatch(/^没有这个选项。您选的是：/);
    phone.press('');
    expect(phone.words()).toMatch(/^没有听到按键。您选的是：/);
    expect(phone.call.session).toMatchObject({ silent: 2, invalid: 1 });
    phone.press('');
    expect(phone.call.last.ended).toEqual({ reason: 'gave-up', disposition: null, wish: null });
    expect(phone.call.answers).not.toHaveProperty('heard');
  });

  it('gives up when the same is chosen anew for ever', () => {
    const phone = atSafety();
    phone.pressAll('1', '1', '23#', '2', '23#', '2', '23#', '2');
    expect(phone.call.last.ended).toMatchObject({ reason: 'gave-up' });
  });

  it('asks again, not to confirm, in a call after the line fell at the read-back', () => {
    const phone = atSafety();
    phone.pressAll('1', '1', '23#');
    const back = dial(survey, { attempt: 'a2' }, phone.call);
    back.press('1');
    expect(back.place()).toBe('heard');
  });

  it('leaves out a number that the respondent would rather not give, and does not ask again', () => {
    const phone = begun(optional);
    phone.pressAll('1', '1', '1', '0#');
    expect(phone.place()).toBe('heard');
    const back = dial(optional, { attempt: 'a2' }, phone.call);
    back.press('1');
    expect(back.place()).toBe('heard');
  });
});

describe('a keypad interview', () => {
  it('ends at once, politely, when the respondent is not eligible', () => {
    const phone = begun();
    phone.press('2');
    expect(phone.call.last.ended).toEqual({ reason: 'screened', disposition: '4.70', wish: null });
    expect(phone.call.step.next).toEqual({ t: 'hangup', reason: 'screened' });
    expect(phone.words()).toContain('谢谢您的配合');
  });

  it('thanks at the end in the questionnaire’s words', () => {
    const phone = atSafety();
    phone.pressAll('1', '1', '2#', '1', '2#', '#', '2', '1', '2');
    expect(phone.call.last.ended).toEqual({ reason: 'complete', disposition: '1.1', wish: null });
    expect(phone.words()).toBe('访问到此结束，谢谢您抽出时间。再见！');
  });

  it('takes about as long as it says, with everything that is read back', () => {
    const phone = dial(survey);
    let ms = speechMs(phone.call.step);
    for (const keys of [
      '1',
      '1',
      '1',
      '1',
      '2',
      '3',
      '1',
      '2',
      '1',
      '23#',
      '1',
      '1',
      '23#',
      '1',
      '24#',
      '1',
      '2',
      '1',
      '2',
    ]) {
      phone.press(keys);
      // Most people press before a question is read out; nobody before the half of it.
      ms += 0.7 * speechMs(phone.call.step) + 1500;
    }
    expect(phone.call.last.ended?.reason).toBe('complete');
    expect(ms / 60_000).toBeLessThan(5);
  });

  it('renders a step again, and stores nothing, for a request that comes twice', () => {
    const phone = atSafety();
    const token = tokenOf(phone.call.step);
    const after = structuredClone(phone.press('2'));
    for (const digits of ['2', '5', '']) {
      phone.press(digits, { token });
      expect(phone.call.step).toEqual(after.step);
      expect(phone.call.session).toEqual(after.session);
      expect(phone.call.last.given).toEqual({});
    }
    expect(phone.call.answers).toMatchObject({ safety: '2' });
  });

  it('takes no keys under a token of another attempt, question or visit', () => {
    const phone = atSafety();
    for (const token of ['a2.safety.8', 'a1.trend.8', 'a1.safety.7', 'a1.safety', '', 'none']) {
      phone.press('1', { token });
      expect(phone.call.answers).not.toHaveProperty('safety');
    }
  });

  it('counts a wrong key once, however often its request comes', () => {
    const phone = atSafety();
    const token = tokenOf(phone.call.step);
    for (const digits of ['7', '7', '7', '7']) phone.press(digits, { token });
    expect(phone.call.session).toMatchObject({ invalid: 1 });
    expect(phone.words()).toMatch(/^没有这个选项。/);
  });

  it('stays ended, whatever is pressed after', () => {
    const phone = dial(survey);
    phone.press('2');
    phone.press('1', { token: 'a1.ENDED.2' });
    expect(phone.call.last).toMatchObject({ ended: null, step: { next: { t: 'hangup', reason: 'later' } } });
  });

  it('resumes after a drop at the first unanswered question, welcoming back', () => {
    const dropped = atSafety().call;
    const phone = dial(survey, { attempt: 'a2' }, dropped);
    expect(phone.words()).toContain('欢迎回来。上次的访问没有完成，我们接着往下问。继续请按1');
    phone.press('1');
    expect(phone.place()).toBe('safety');
    expect(tokenOf(phone.call.step)).toMatch(/^a2\.safety\./);
  });

  it('asks for the recording again in the call that resumes', () => {
    const first = dial(survey, { recording: true });
    first.pressAll('1', '1', '1', '1');
    const phone = dial(survey, { recording: true, attempt: 'a2' }, first.call);
    phone.press('1');
    expect(phone.place()).toBe('recording');
  });

  it('begins anew when nobody consented in the earlier call', () => {
    const first = dial(survey);
    first.press('2');
    const phone = dial(survey, { attempt: 'a2' }, first.call);
    expect(phone.words()).toContain('开始请按1');
    phone.press('1');
    expect(phone.place()).toBe('consent');
  });

  it('goes on in the language chosen before', () => {
    const first = dial(survey);
    first.pressAll('3', '1', '1', '1');
    expect(dial(survey, { attempt: 'a2' }, first.call).words()).toContain('Welcome back.');
  });

  it('asks again in a later call what was only skipped', () => {
    const first = begun(optional);
    first.pressAll('', '', '', '1');
    const phone = dial(optional, { attempt: 'a2' }, first.call);
    phone.press('1');
    expect(phone.place()).toBe('one');
  });

  it('goes on from where another channel has brought it meanwhile', () => {
    const phone = atSafety();
    phone.call.answers = { ...phone.call.answers, safety: '1' };
    phone.press('5');
    expect(phone.call.answers).toMatchObject({ safety: '1' });
    expect(phone.place()).toBe('trend');
  });

  it('keeps what happened at every prompt', () => {
    const phone = atSafety();
    phone.press('*', { afterMs: 4000 });
    phone.press('', { afterMs: 25_000 });
    phone.press('1', { afterMs: 300 });
    expect(phone.call.session.paradata.slice(-3)).toMatchObject([
      {
        attempt: 'a1',
        place: 'safety',
        result: 'repeat',
        elapsedMs: 4000,
        playedMs: 4000,
        latencyMs: 0,
        bargeIn: true,
      },
      { place: 'safety', result: 'silence', bargeIn: false, repeats: 1 },
      { place: 'safety', result: 'answer', elapsedMs: 300, bargeIn: true, latencyMs: 0 },
    ]);
    const [, silence] = phone.call.session.paradata.slice(-3);
    expect((silence?.playedMs ?? 0) + (silence?.latencyMs ?? 0)).toBe(25_000);
  });

  it('knows how long a recorded prompt is, and estimates a spoken one', () => {
    const recorded: Voice = { find: (_words, lang) => ({ audio: `https://calls.example/${lang}.wav`, ms: 2500 }) };
    const phone = dial(survey, {}, null, recorded);
    phone.press('1', { afterMs: 9000 });
    // The consent text and its keys, heard to their end.
    phone.press('1', { afterMs: 5600 });
    phone.press('1', { afterMs: 1200 });
    expect(phone.call.session.paradata).toMatchObject([
      { place: 'INTRO', basis: 'recording', playedMs: 7500, latencyMs: 1500, bargeIn: false },
      { place: 'CONSENT', basis: 'recording', playedMs: 5000, latencyMs: 600, bargeIn: false },
      { place: 'adult', basis: 'recording', playedMs: 1200, latencyMs: 0, bargeIn: true },
    ]);
    expect(atSafety().call.session.paradata.every(({ basis }) => basis === 'estimate')).toBe(true);
    const mixed: Voice = { find: (words) => (words.startsWith('开始') ? { audio: 'a', ms: 3000 } : null) };
    const other = dial(survey, {}, null, mixed);
    other.press('1');
    expect(other.call.session.paradata).toMatchObject([{ basis: 'estimate' }]);
  });

  it('calls nothing an interruption that cannot be interrupted, however the length was estimated', () => {
    const phone = dial(survey);
    phone.press('1');
    phone.press('1', { afterMs: 100 });
    expect(phone.call.session.paradata.at(-1)).toMatchObject({ place: 'CONSENT', bargeIn: false });
  });

  it('survives a clock that jumps back', () => {
    const phone = atSafety();
    phone.press('1', { afterMs: -60_000 });
    expect(phone.call.session.paradata.at(-1)).toMatchObject({ elapsedMs: 0, playedMs: 0, latencyMs: 0 });
  });
});

describe('the quality of a keypad interview', () => {
  const finish = (keys: readonly string[], afterMs = 8000, again: readonly string[] = []) => {
    const phone = begun();
    for (const digits of ['1', '1', '1', '3', '1', ...keys]) {
      for (const key of again) phone.press(key, { afterMs: 8000 });
      phone.press(digits, { afterMs });
    }
    expect(phone.call.last.ended?.reason).toBe('complete');
    return flagKeypad(survey, phone.call.session, phone.call.answers);
  };

  it('is not in question when the answers differ and take their time', () => {
    expect(finish(['2', '1', '2#', '1', '2#', '#', '2', '5', '2'])).toEqual([]);
  });

  it('is in question when the same key is pressed throughout', () => {
    expect(finish(['1', '1', '2#', '1', '2#', '#', '1', '1', '2'])).toEqual(['straight-line', 'all-ones']);
    expect(finish(['3', '3', '2#', '3', '2#', '#', '3', '3', '2'])).toEqual(['straight-line']);
  });

  it('is in question when nobody can have listened', () => {
    expect(finish(['2', '1', '2#', '1', '2#', '#', '2', '5', '2'], 400)).toEqual(['fast']);
  });

  it('is not in question when who had every question repeated, or agrees to what is read back, is quick then', () => {
    expect(finish(['2', '1', '2#', '1', '2#', '#', '2', '5', '2'], 400, ['*'])).toEqual([]);
    const phone = begun();
    for (const digits of ['1', '1', '1', '3', '1', '2', '1']) phone.press(digits, { afterMs: 8000 });
    for (const digits of ['23#', '1', '1', '23#', '1', '23#', '1'])
      phone.press(digits, { afterMs: phone.place() === 'confirm' ? 400 : 8000 });
    for (const digits of ['2', '5', '2']) phone.press(digits, { afterMs: 8000 });
    expect(phone.call.last.ended?.reason).toBe('complete');
    expect(flagKeypad(survey, phone.call.session, phone.call.answers)).toEqual([]);
  });

  it('is complete enough from four fifths on, partial from half on, else a break-off', () => {
    const phone = atSafety();
    expect(closeKeypad(survey, phone.call.answers)).toEqual({ disposition: '2.12', enough: false });
    phone.pressAll('1', '1', '2#');
    expect(closeKeypad(survey, phone.call.answers)).toEqual({ disposition: '1.2', enough: false });
    phone.pressAll('1', '2#', '#', '2');
    expect(closeKeypad(survey, phone.call.answers)).toEqual({ disposition: '1.2', enough: true });
  });
});
