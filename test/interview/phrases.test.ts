import { describe, expect, it } from 'vitest';
import { askAccessCode, readAccessCode } from '../../src/interview/access-code.ts';
import { PHRASES } from '../../src/interview/phrases.ts';

describe('the fixed sentences of a call', () => {
  it('are Chinese in Chinese and English in English', () => {
    for (const { zh, en } of Object.values(PHRASES)) {
      expect(zh.replaceAll(/\{\w+\}/g, '')).not.toMatch(/[A-Za-z]/);
      expect(en).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('end as sentences do, and never sound like an order to hurry', () => {
    const { option, optionsEnd, optionsJoin, youChose, ...sentences } = PHRASES;
    for (const { zh, en } of Object.values(sentences)) {
      expect(zh).toMatch(/[。！]$/);
      expect(en).toMatch(/[.!]$/);
    }
    expect([option.zh, optionsJoin.zh, optionsEnd.zh]).toEqual(['{option}请按{key}', '，', '。']);
    expect(youChose).toEqual({ zh: '您选的是：', en: 'You chose: ' });
  });

  it('have the same gaps in both languages', () => {
    const gaps = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    for (const { zh, en } of Object.values(PHRASES)) expect(gaps(zh)).toEqual(gaps(en));
  });
});

describe('a caller without a case', () => {
  const ask = (failed: number) => askAccessCode({ attempt: 'in-7', lang: 'zh', failed });

  it('is asked for six digits, and told when they are wrong', () => {
    expect(ask(0)).toEqual({
      prompts: [{ say: '您好！请输入短信或通知上的六位访问码，输完请按井号键。', lang: 'zh' }],
      next: {
        t: 'gather',
        min: 6,
        max: 6,
        keys: '0123456789#',
        timeoutMs: 8000,
        terminator: '#',
        bargeIn: true,
        token: 'in-7.CODE.0',
      },
    });
    expect(ask(2)).toMatchObject({ prompts: [{ say: '访问码不对，请再输一次，输完请按井号键。' }] });
  });

  it('has three tries', () => {
    expect(ask(3)).toMatchObject({ next: { t: 'hangup', reason: 'noAccessCode' } });
  });

  it('answers with the tries so far in the token', () => {
    expect(readAccessCode('in-7.CODE.0', '123456#')).toEqual({ attempt: 'in-7', code: '123456', failed: 0 });
    expect(readAccessCode('in-7.CODE.2', '123456')).toEqual({ attempt: 'in-7', code: '123456', failed: 2 });
    expect(readAccessCode('in-7.CODE.1', '12345#')).toMatchObject({ code: null });
    expect(readAccessCode('in-7.CODE.1', '')).toMatchObject({ code: null });
    expect(readAccessCode('in-7.safety.4', '1')).toBeNull();
  });
});
