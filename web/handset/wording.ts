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
  busy: say('对方正忙，没有接通。', 'The line is busy.'),
  rejected: say('对方没有接这个电话，不收话费。', 'The call was not taken, and costs nothing.'),
  missed: say('未接来电：对方挂断了。', 'Missed: the caller has hung up.'),
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
  audible: say('出声（朗读、录音、铃声）', 'Sound (speech, recordings, ringing)'),
  noVoice: say(
    '出声（本机没有中文语音，句子请看文字）',
    'Sound (this browser cannot read the language aloud; please read)',
  ),
  heard: say('听到的话', 'What was said'),
  keypad: say('按键', 'Keypad'),
  star: say('星号键', 'star'),
  hash: say('井号键', 'hash'),
  pressed: say('按了{key}', 'pressed {key}'),
  shortcuts: say(
    '键盘：0–9、*、# 按键，回车接听，Esc挂断。',
    'Keyboard: 0–9, *, # press; Enter answers; Esc hangs up.',
  ),
  messages: say('短信', 'Messages'),
  newMessage: say('收到一条短信，在下面。', 'A message has come; see below.'),
  noMessages: say('还没有短信。', 'None so far.'),
  message: say('{from}：', '{from}: '),
  reply: say('回复{to}', 'Reply to {to}'),
  replySend: say('发送', 'Send'),
  nothingYet: say('接通以后，听到的话写在这里。', 'What is said on the line will stand here.'),
  recorded: say('（录音，{seconds}秒）', '(a recording, {seconds} s)'),
  dialled: say('（对方拨了按键音{keys}）', '(tones were dialled: {keys})'),
  oneKey: say('请按一个键', 'Press one key'),
  someKeys: say('请按键，最多{n}位', 'Press keys, at most {n}'),
  anyKeys: say('请按键', 'Press keys'),
  finishOn: say('，按{key}结束', '; {key} ends'),
  talking: say('已接通真人，可以打字代替说话。', 'Connected with a person; type instead of speaking.'),
  speak: say('我说', 'I say'),
  speakSend: say('说', 'Say'),
  fault: say(
    '电话网没能用上调查服务的回答（错误{code}）。请看服务是否在运行、地址是否对。',
    'The network could not use the answer of the survey server (error {code}). See whether it runs, and at which address.',
  ),
  switchLang: say('English', '中文'),
} as const satisfies Record<string, Text>;

function say(zh: string, en: string): Text {
  return { zh, en };
}
