import { describe, expect, it } from 'vitest';
import { type CompiledPlan, compilePlan } from '../../src/core/questionnaire/gate.ts';
import type { Question } from '../../src/core/questionnaire/plan.ts';
import { createRandom, seedOf } from '../../src/core/random.ts';
import type { Lang } from '../../src/core/text.ts';
import { listPrompts } from '../../src/interview/prompt-list.ts';
import type { Voice } from '../../src/interview/step.ts';
import { definition, multiple, number, planOf, single } from '../core/questionnaire/example.ts';
import { dial, OPTIONS } from './call.ts';
import { industries, peace, saohei } from './respondents.ts';

const { caller, consentText } = OPTIONS;
const about = { caller, consentTexts: [consentText] };
const keys = (plan: CompiledPlan, lang: Lang = 'zh') => listPrompts(plan, about, lang).map(({ key }) => key);

const numbers = compilePlan(
  planOf(
    definition([
      single('adult', { role: 'screener' }),
      number('age', { min: 10, max: 110 }),
      multiple('heard', { maxSelectedChoices: 2, minSelectedChoices: 1 }),
    ]),
  ),
);

describe('the list of what a call says', () => {
  it('has the fixed sentences, then each question with its options, by names that a file may have', () => {
    const list = listPrompts(saohei, about, 'zh');
    expect(list[0]).toMatchObject({
      key: '_greeting',
      words: '您好！这里是演示县统计调查中心，想请您参加社会治安与扫黑除恶群众调查，大约4分钟。',
    });
    expect(list.find(({ key }) => key === '_consentText')?.words).toBe('参加与否由您决定。');
    expect(list.find(({ key }) => key === 'safety')?.words).toBe('总的来说，您平时在本地生活，感觉安全还是不安全？');
    expect(list.find(({ key }) => key === 'safety.1')?.words).toBe('很安全请按1');
    expect(list.find(({ key }) => key === 'heard.gangs.name')?.words).toBe('扫黑除恶');
    for (const { key } of list) expect(key).toMatch(/^[\w.+-]{1,80}$/);
  });

  it('says each sentence once, and names the other places where it is said', () => {
    const list = listPrompts(saohei, about, 'zh');
    expect(new Set(list.map(({ words }) => words)).size).toBe(list.length);
    expect(list.find(({ words }) => words === '说不清请按8')?.alsoAt.length).toBeGreaterThan(1);
    const all = list.flatMap(({ key, alsoAt }) => [key, ...alsoAt]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('leaves out what a questionnaire without numbers or several ticks never says', () => {
    expect(keys(peace)).not.toContain('_confirmNumber');
    expect(keys(numbers)).toEqual(
      expect.arrayContaining(['_confirmNumber', 'age.hint1', 'age.hint2', 'age.range', 'heard.too-many']),
    );
  });

  it('offers the other language only where there is one', () => {
    expect(keys(saohei)).toContain('_otherLanguage');
    expect(listPrompts(saohei, about, 'en').find(({ key }) => key === '_otherLanguage')?.words).toBe(
      'For English, press 3.',
    );
  });

  it('lists the consent texts of several waves', () => {
    const consentTexts = [consentText, { zh: '另一段话。', en: 'Other words.' }, consentText];
    const list = listPrompts(saohei, { caller, consentTexts }, 'zh').filter(({ key }) =>
      key.startsWith('_consentText'),
    );
    expect(list).toEqual([
      { key: '_consentText', words: '参加与否由您决定。', alsoAt: ['_consentText3'] },
      { key: '_consentText2', words: '另一段话。', alsoAt: [] },
    ]);
  });
});

describe('with everything on the list recorded', () => {
  /** Everything that was said by machine while a crowd of respondents answered, erred, kept silent and came back. */
  function spokenTo(plan: CompiledPlan, crowd: number): Set<string> {
    const listed = new Set(
      (['zh', 'en'] as const).flatMap((lang) => listPrompts(plan, about, lang).map((p) => p.words)),
    );
    const voice: Voice = { find: (words) => (listed.has(words) ? { audio: words, ms: 1000 } : null) };
    const spoken = new Set<string>();
    for (let who = 0; who < crowd; who += 1) {
      const random = createRandom(seedOf(`respondent ${who}`));
      const options = {
        reversed: who % 2 === 0,
        recording: who % 3 === 0,
        direction: who % 5 === 0 ? 'in' : 'out',
      } as const;
      let phone = dial(plan, options, null, voice);
      const note = () => {
        for (const prompt of phone.call.step.prompts) if ('say' in prompt) spoken.add(prompt.say);
      };
      for (let step = 0; step < 80 && !phone.call.last.ended; step += 1) {
        note();
        if (random.next() < 0.02) phone = dial(plan, { ...options, attempt: `a${step + 2}` }, phone.call, voice);
        else phone.press(keysFor(plan, phone.call.session.at, random));
        note();
      }
    }
    return spoken;
  }

  function keysFor(
    plan: CompiledPlan,
    at: ReturnType<typeof dial>['call']['session']['at'],
    random: ReturnType<typeof createRandom>,
  ): string {
    const chance = random.next();
    if (chance < 0.05) return '';
    if (chance < 0.1) return '*';
    if (chance < 0.15) return '6';
    if (at.t === 'intro') return random.next() < 0.1 ? '3' : random.next() < 0.05 ? '2' : '1';
    if (at.t !== 'question') return random.next() < 0.15 ? '2' : '1';
    return answerKeys(plan.find.get(at.code)?.question, random);
  }

  function answerKeys(question: Question | undefined, random: ReturnType<typeof createRandom>): string {
    if (question?.type === 'number') return `${Math.floor(5 + 120 * random.next())}#`;
    const own = question?.choices.flatMap(({ key }) => key ?? []) ?? [];
    const pick = () => own[Math.floor(random.next() * own.length)] ?? '1';
    return question?.type === 'multiple' ? `${pick()}${random.next() < 0.5 ? pick() : ''}#` : pick();
  }

  it.each([
    ['saohei-county', saohei],
    ['peace-five', peace],
    ['industries-twelve', industries],
  ] as const)('a call of %s says nothing by machine', (_code, plan) => {
    expect([...spokenTo(plan, 150)]).toEqual([]);
  });

  it('only the numbers that are read back are spoken', () => {
    const spoken = [...spokenTo(numbers, 150)];
    expect(spoken.length).toBeGreaterThan(10);
    for (const words of spoken) expect(words).toMatch(/^(您输入的是\d+。|You entered \d+\.)$/);
  });
});
