import type { Text } from '../../src/core/text.ts';

/** Every word of the page. */
export const WORDS = {
  title: say('当一回居民', 'Be the resident'),
  about: say(
    '这是模拟电话网里的一部电话。调查打来时接听，听题按键；也可以打过去。',
    'A telephone in the simulated network. Take the call of the survey, listen and press keys; or call in yourself.',
  ),
  connecting: say('正在连接电话网……', 'Connecting to the network …'),
  lost: say(
    '与电话网断开了，正在重新连接。请看phone-network是否还在运行。',
    'The network does not answer; trying again. See whether phone-network still runs.',
  ),
  idle: say('空闲，等待来电。', 'Idle, waiting for a call.'),
  ringing: say('来电话了：{from}', 'A call from {from}'),
  ringingTo: say('打给{to}', 'to {to}'),
  dialling: say('正在拨打{to}……', 'Calling {to} …'),
  open: say('通话中', 'On the line'),
  ended: say('通话结束。', 'The call has ended.'),
  notReached: say('没有打通，请稍后再拨。', 'The call did not get through. Try again later.'),
  answer: say('接听', 'Answer'),
  decline: say('拒接', 'Decline'),
  hangUp: say('挂断', 'Hang up'),
  call: say('打给调查', 'Call the survey'),
  mine: say('我的号码', 'My number'),
  anyNumber: say('留空：打给任何人的下一个电话都由我接', 'Empty: the next call to anybody rings here'),
  badNumber: say(
    '号码应为国际格式，如+8613800000001。',
    'Write the number in international form, such as +8613800000001.',
  ),
  use: say('换号码', 'Use it'),
  voice: say('朗读', 'Read aloud'),
  noVoice: say('本机没有中文语音，请看文字。', 'This browser has no voice for it; please read.'),
  heard: say('听到的话', 'What was said'),
  keypad: say('按键', 'Keypad'),
  star: say('星号键', 'star'),
  hash: say('井号键', 'hash'),
  pressed: say('按了{key}', 'pressed {key}'),
  shortcuts: say(
    '键盘：0–9、*、# 按键，回车接听，Esc挂断。',
    'Keyboard: 0–9, *, # press; Enter answers; Esc hangs up.',
  ),
  message: say('短信，{from}：', 'Message from {from}: '),
  recorded: say('（录音）', '(recorded speech)'),
  switchLang: say('English', '中文'),
} as const satisfies Record<string, Text>;

function say(zh: string, en: string): Text {
  return { zh, en };
}
