import { SurveyModel } from 'survey-core';
import { describe, expect, it } from 'vitest';
import { toSurveyJson } from '../../src/interview/page-definition.ts';
import { county, winding } from './example.ts';

const page = (lang: 'zh' | 'en', reversed = false) => new SurveyModel(toSurveyJson(county(), { lang, reversed }));
const choicesOf = (survey: SurveyModel, code: string): unknown =>
  survey.getQuestionByName(code).choices.map(({ value, text }: { value: string; text: string }) => [value, text]);

describe('the page definition', () => {
  it('speaks one language throughout', () => {
    const chinese = page('zh');
    expect([chinese.locale, chinese.getQuestionByName('safety').title]).toEqual([
      'zh-cn',
      '总的来说，您平时在本地生活，感觉安全还是不安全？',
    ]);
    const english = page('en');
    expect(english.getQuestionByName('safety').title).toBe('All in all, do you feel safe or unsafe living here?');
    expect(english.pageNextText).toBe('Next');
    expect(JSON.stringify(toSurveyJson(county(), { lang: 'en', reversed: false }))).not.toMatch(/\p{Script=Han}/u);
  });

  it('gives the reversed half the scale backwards, non-answers last', () => {
    expect(choicesOf(page('zh', true), 'safety')).toEqual([
      ['5', '很不安全'],
      ['4', '不太安全'],
      ['3', '一般'],
      ['2', '比较安全'],
      ['1', '很安全'],
      ['8', '说不清'],
      ['9', '不愿回答'],
    ]);
  });

  it('holds nothing but what the plan knows: no html, no address, no interviewer note', () => {
    const text = JSON.stringify(toSurveyJson(county(), { lang: 'zh', reversed: false }));
    expect(text).not.toMatch(/html|url|http|不读选项/i);
  });

  it('asks one question at a time and ends when a screener says so', () => {
    const survey = page('zh');
    expect(survey.currentSingleQuestion?.name).toBe('adult');
    survey.setValue('adult', '1');
    survey.performNext();
    expect(survey.currentSingleQuestion?.name).toBe('resident');
    survey.setValue('resident', '2');
    survey.performNext();
    expect(survey.state).toBe('completed');
    expect(survey.data).toEqual({ adult: '1', resident: '2' });
  });

  it('carries limits of numbers, ticks and text', () => {
    expect(toSurveyJson(winding(), { lang: 'zh', reversed: false })).toMatchObject({
      elements: expect.arrayContaining([
        expect.objectContaining({ name: 'age', inputType: 'number', min: 10, max: 110 }),
        expect.objectContaining({ name: 'heard', maxSelectedChoices: 2 }),
        expect.objectContaining({ name: 'deep', minSelectedChoices: 2 }),
        expect.objectContaining({ name: 'why', type: 'comment', maxLength: 20 }),
      ]),
    });
  });
});
