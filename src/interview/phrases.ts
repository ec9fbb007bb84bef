import type { Text } from '../core/text.ts';

/**
 * Every fixed sentence of a keypad call, in the order in which it is met. Spoken Chinese: short, the option before the
 * key, keys as digits (按1), 星号键 and 井号键 by name. A questionnaire's own sentences are in its plan.
 */
export const PHRASES = {
  // The beginning
  greeting: say(
    '您好！这里是{caller}，想请您参加{title}，大约{minutes}分钟。',
    'Hello! This is {caller}. We would like to ask you to take part in a survey, {title}. It takes about {minutes} minutes.',
  ),
  greetingCallIn: say(
    '谢谢您来电！这里是{caller}，想请您参加{title}，大约{minutes}分钟。',
    'Thank you for calling! This is {caller}. We would like to ask you to take part in a survey, {title}. It takes about {minutes} minutes.',
  ),
  greetingBack: say(
    '您好！这里是{caller}，欢迎回来。上次的访问没有完成，我们接着往下问。',
    'Hello! This is {caller}. Welcome back. The interview was not finished last time; we go on from there.',
  ),
  start: say(
    '开始请按1，稍后再打请按2，不再来电请按9。',
    'To begin, press 1. To be called later, press 2. Never to be called again, press 9.',
  ),
  goOn: say(
    '继续请按1，稍后再打请按2，不再来电请按9。',
    'To go on, press 1. To be called later, press 2. Never to be called again, press 9.',
  ),
  /** Each in the language it offers. */
  otherLanguage: say('中文请按3。', 'For English, press 3.'),
  consent: say('同意参加请按1，不参加请按2。', 'To take part, press 1. Not to take part, press 2.'),
  recording: say(
    '为了核查访问质量，想把这次通话录下来，只供内部核查，到期删除。同意录音请按1，不同意请按2，不录音也照常访问。',
    'To check the quality of our interviews we would like to record this call. The recording is used for checking only and deleted on schedule. To agree, press 1. If you do not agree, press 2; the interview goes on without it.',
  ),
  begin: say('现在开始。想重听题目，请按星号键。', 'We begin now. To hear a question again, press the star key.'),

  // Options and keys
  option: say('{option}请按{key}', '{option}, press {key}'),
  optionsEnd: say('。', '.'),
  optionsJoin: say('，', '; '),
  hash: say('输完请按井号键。', 'Then press the hash key.'),
  refuseNumber: say('不愿回答请按0，再按井号键。', 'If you would rather not answer, press 0 and the hash key.'),
  youEntered: say('您输入的是{value}。', 'You entered {value}.'),
  confirmNumber: say('正确请按1，重新输入请按2。', 'If that is right, press 1. To enter it again, press 2.'),
  /** The labels of the options follow. */
  youChose: say('您选的是：', 'You chose: '),
  confirmChoices: say('正确请按1，重新选择请按2。', 'If that is right, press 1. To choose again, press 2.'),

  // What went wrong with a key
  noSuchOption: say('没有这个选项。', 'There is no such option.'),
  nothingHeard: say('没有听到按键。', 'We did not hear a key.'),
  noMoreRepeats: say(
    '题目已经重听三次，请按键回答。',
    'You have heard the question again three times. Please press a key to answer.',
  ),
  enterAgain: say('好的，请重新输入。', 'All right, please enter it again.'),
  chooseAgain: say('好的，请重新选择。', 'All right, please choose again.'),
  notTogether: say('这几项不能一起选，请重新选。', 'These cannot be chosen together. Please choose again.'),
  tooMany: say('最多选{limit}项，请重新选。', 'Choose {limit} at most. Please choose again.'),
  tooFew: say('至少选{limit}项，请重新选。', 'Choose {limit} at least. Please choose again.'),
  outOfRange: say('请输入{min}到{max}之间的数。', 'Please enter a number from {min} to {max}.'),
  mustAnswer: say('这道题需要您回答，才能继续。', 'We need an answer to this question to go on.'),
  nextItem: say('我们接着问下一题。', 'We go on to the next question.'),

  // Ends
  goodbye: say('再见！', 'Goodbye!'),
  later: say('好的，我们换个时间再打给您，再见！', 'All right, we will call you at another time. Goodbye!'),
  never: say(
    '好的，以后不再给您打电话，打扰您了，再见！',
    'All right, we will not call you again. Sorry to have disturbed you. Goodbye!',
  ),
  declined: say('好的，谢谢您接听，再见！', 'All right, thank you for answering the phone. Goodbye!'),
  screened: say(
    '您的情况不在这次调查的范围内，谢谢您的配合，再见！',
    'This survey is meant for other respondents. Thank you for your help. Goodbye!',
  ),
  noResponse: say(
    '没有听到按键，先不打扰您了，再见！',
    'We did not hear a key and will not disturb you any longer. Goodbye!',
  ),
  gaveUp: say(
    '今天先问到这里，您已经回答的内容都保存好了，谢谢您，再见！',
    'We stop here for today. What you have answered is saved. Thank you. Goodbye!',
  ),

  // Calls that come in
  askAccessCode: say(
    '您好！请输入短信或通知上的六位访问码，输完请按井号键。',
    'Hello! Please enter the six-digit access code from your message or letter, then press the hash key.',
  ),
  wrongAccessCode: say(
    '访问码不对，请再输一次，输完请按井号键。',
    'That code is not right. Please enter it again, then press the hash key.',
  ),
  noAccessCode: say(
    '访问码不对，请核对后再打来，再见！',
    'That code is not right. Please check it and call again. Goodbye!',
  ),
  notInSample: say(
    '谢谢您来电！这次调查只访问随机抽到的居民，您的号码不在其中，再见！',
    'Thank you for calling! This survey only interviews residents drawn at random, and your number is not among them. Goodbye!',
  ),
  alreadyDone: say(
    '您已经完成了这次调查，谢谢您，再见！',
    'You have completed this survey already. Thank you. Goodbye!',
  ),
  closed: say('这次调查已经结束，谢谢您来电，再见！', 'This survey has ended. Thank you for calling. Goodbye!'),

  // Ours
  fault: say(
    '对不起，系统出了故障，我们稍后再打给您，再见！',
    'Sorry, there is a fault in our system. We will call you again later. Goodbye!',
  ),
} as const satisfies Record<string, Text>;

export type Phrase = keyof typeof PHRASES;

function say(zh: string, en: string): Text {
  return { zh, en };
}
