import { describe, expect, it } from 'vitest';
import { hideNumbers, maskNumber, readPhoneNumber } from '../../../src/core/sample/phone-number.ts';

const read = (cell: string, areaCode: string | null = null) => {
  const reading = readPhoneNumber(cell, { areaCode });
  return 'number' in reading ? reading.number.e164 : reading.problem.code;
};

describe('a telephone number', () => {
  it.each([
    ['13800138000'],
    ['138 0013 8000'],
    ['138-0013-8000'],
    ['138.0013.8000'],
    ['１３８００１３８０００'],
    ['１３８－００１３－８０００'],
    ['+86 138 0013 8000'],
    ['+86-13800138000'],
    ['0086 13800138000'],
    ['008613800138000'],
    ['86 13800138000'],
    ['8613800138000'],
    ['(+86)13800138000'],
    ['（+86）138 0013 8000'],
    ['+868613800138000'],
    ['013800138000'],
    ["'13800138000"],
    ['‘13800138000'],
    ['"13800138000"'],
    ['13800138000.0'],
    ['13800138000.00'],
    ['手机：13800138000'],
    ['电话 13800138000'],
    [' 13800138000\t'],
    ['\u202d13800138000\u202c'],
    ['13800138000\u200b'],
    ['138–0013–8000'],
    ['138\u00a00013\u00a08000'],
  ])('of a mobile is read as one, written %j', (cell) => {
    expect(read(cell)).toBe('+8613800138000');
  });

  it.each([
    ['0472-2123456', '+864722123456'],
    ['(0472)2123456', '+864722123456'],
    ['（0472）2123456', '+864722123456'],
    ['【0472】2123456', '+864722123456'],
    ['0472 212 3456', '+864722123456'],
    ['+86 472 2123456', '+864722123456'],
    ['+86 0472 2123456', '+864722123456'],
    ['0086-472-2123456', '+864722123456'],
    ['86-472-2123456', '+864722123456'],
    ['4722123456', '+864722123456'],
    ['4722123456.0', '+864722123456'],
    ['010-62345678', '+861062345678'],
    ['1062345678', '+861062345678'],
    ['021-62345678', '+862162345678'],
    ['0571-87654321', '+8657187654321'],
  ])('of a landline with its area code is read, written %j', (cell, e164) => {
    expect(read(cell)).toBe(e164);
  });

  it('of a landline takes the area code of its unit when it has none', () => {
    expect(read('2123456', '0472')).toBe('+864722123456');
    expect(read('212-3456', '472')).toBe('+864722123456');
    expect(read('87654321', '0571')).toBe('+8657187654321');
    expect(read('2123456')).toBe('PHONE_NUMBER_AREA');
  });

  it.each([
    ['0472-2123456转801', '801'],
    ['0472-2123456 转 801', '801'],
    ['0472-2123456-转801', '801'],
    ['0472-2123456分机801', '801'],
    ['0472-2123456 ext. 801', '801'],
    ['0472-2123456#801', '801'],
  ])('keeps the extension behind a switchboard, written %j', (cell, extension) => {
    const reading = readPhoneNumber(cell);
    expect('number' in reading && reading.number).toMatchObject({ e164: '+864722123456', extension, type: 'landline' });
  });

  it.each([
    ['13800138000、13900139000'],
    ['13800138000,13900139000'],
    ['13800138000，13900139000'],
    ['13800138000/13900139000'],
    ['13800138000；0472-2123456'],
    ['13800138000 或 13900139000'],
    ['13800138000  13900139000'],
    ['13800138000 13900139000'],
    ['1380013800013900139000'],
    ['13800138000\n13900139000'],
  ])('is one only: two in a cell are named, as in %j', (cell) => {
    expect(read(cell)).toBe('PHONE_NUMBER_SEVERAL');
  });

  it.each([['1.38E+10'], ['1.38001E+10'], ['1.38e10'], ['1E+10'], ["'1.38E+10"], ['１．３８Ｅ＋１０']])(
    'that a spreadsheet rounded is lost: %j',
    (cell) => {
      expect(read(cell)).toBe('PHONE_NUMBER_ROUNDED');
    },
  );

  it.each([
    ['12345'],
    ['12340'],
    ['0472-12345'],
    ['110'],
    ['10086'],
    ['95588'],
    ['4001234567'],
    ['400-123-4567'],
    ['8008101234'],
    ['+86 400 1234 567'],
  ])('of a service is refused: %j', (cell) => {
    expect(read(cell)).toBe('PHONE_NUMBER_SERVICE');
  });

  it.each([
    ['无'],
    ['不详'],
    ['-'],
    ['1380013800'],
    ['138001380000'],
    ['12800138000'],
    ['23800138000'],
    ['0472-212345'],
    ['1380013800O'],
    ['138****8000'],
    ['张三'],
    ['2026-11-23'],
    ['00000000000'],
    ['11111111111'],
  ])('that cannot be called is refused: %j', (cell) => {
    expect(['PHONE_NUMBER_BAD', 'PHONE_NUMBER_AREA', 'PHONE_NUMBER_SERVICE']).toContain(read(cell));
  });

  it.each([[''], ['  '], ['\u200b'], ["'"]])('missing is called missing: %j', (cell) => {
    expect(read(cell)).toBe('PHONE_NUMBER_EMPTY');
  });

  it('is never written whole into a problem', () => {
    const reading = readPhoneNumber('138001380001');
    expect('problem' in reading && reading.problem.details).toEqual({ value: '138*******01' });
  });

  it('knows mobiles and landlines apart', () => {
    expect(readPhoneNumber('19912345678')).toMatchObject({ number: { type: 'mobile', masked: '199****5678' } });
    expect(readPhoneNumber('0472-2123456')).toMatchObject({ number: { type: 'landline', masked: '0472****456' } });
  });

  it('is masked in the middle', () => {
    expect(maskNumber('+8613800138000')).toBe('138****8000');
    expect(maskNumber('+861062345678')).toBe('010****678');
    expect(maskNumber('+85223456789')).toBe('****789');
  });
});

describe('words that somebody wrote', () => {
  it.each([
    ['改打13912345678', '改打139****5678'],
    ['手机 139 1234 5678，找张先生', '手机 139****5678，找张先生'],
    ['+86-13912345678', '139****5678'],
    ['0086 139-1234-5678 或 0915-3212345', '139****5678 或 0915****345'],
    ['010 62345678转8', '010****678转8'],
    ['家里3212345', '家里****345'],
  ])('keep no number: %s', (text, hidden) => {
    expect(hideNumbers(text)).toBe(hidden);
  });
  it.each(['2026-11-10 14:00再打', '20261110晚上', '第12345号', '下午3点到5点，2楼', '1.38E+10', '12340热线'])(
    'keep what is none: %s',
    (text) => {
      expect(hideNumbers(text)).toBe(text);
    },
  );
});
