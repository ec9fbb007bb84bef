import type { ErrorCode } from '../../src/core/errors.ts';
import { type Details, fill, type Lang, type Text } from '../../src/core/text.ts';

/** Every sentence of the resident's page. `Text` has both languages, so a missing one does not compile. */
export const WORDING = {
  large: { zh: '大字', en: 'Large text' },
  otherLanguage: { zh: 'English', en: '中文' },
  opening: { zh: '正在打开……', en: 'Opening…' },

  begin: { zh: '开始答题', en: 'Start' },
  continue: { zh: '继续答题', en: 'Continue' },
  restart: { zh: '换一个人，从头开始', en: 'Somebody else: start afresh' },
  unfinished: {
    zh: '这里有一份没答完的答卷，可以接着答。',
    en: 'There is an unfinished interview here. You can go on with it.',
  },
  place: { zh: '调查地区', en: 'Area' },
  asker: { zh: '调查单位', en: 'Who asks' },
  duration: { zh: '所需时间', en: 'Time needed' },
  minutes: { zh: '约{minutes}分钟', en: 'About {minutes} minutes' },
  participation: { zh: '参加方式', en: 'Taking part' },
  voluntary: { zh: '自愿参加，不记姓名', en: 'Voluntary and anonymous' },
  formNumber: { zh: '表号', en: 'Form' },
  authority: { zh: '制定机关', en: 'Issued by' },
  approvalNumber: { zh: '批准文号', en: 'Approval' },
  validUntil: { zh: '有效期至', en: 'Valid until' },
  synthetic: {
    zh: '演示：这里收集的是演示数据，不是真实的调查。',
    en: 'Demonstration: what is collected here is demonstration data, not a real survey.',
  },
  selfTest: {
    zh: '自测：这是本地自行组织的测试，不是正式测评，结果不作考核依据。',
    en: 'Self-test: this is a local trial, not an official survey.',
  },

  progress: { zh: '第{index}题，共{total}题', en: 'Question {index} of {total}' },
  optional: { zh: '{title}（可以不答）', en: '{title} (optional)' },
  back: { zh: '上一题', en: 'Back' },
  next: { zh: '下一题', en: 'Next' },
  submit: { zh: '提交答卷', en: 'Submit' },
  chooseOne: { zh: '请先选一项，再到下一题。', en: 'Choose one option, then go on.' },
  chooseSome: { zh: '请至少选一项，再到下一题。', en: 'Choose at least one option, then go on.' },
  fillIn: { zh: '请先填写，再到下一题。', en: 'Fill this in, then go on.' },
  answerRefused: {
    zh: '这个答案没有存上，请重新回答这一题。',
    en: 'This answer could not be saved. Please answer this question again.',
  },
  questionMissing: {
    zh: '这一题还没有答案，请补上后再提交。',
    en: 'This question has no answer yet. Answer it, then submit.',
  },

  saved: { zh: '已保存', en: 'Saved' },
  saving: { zh: '正在保存', en: 'Saving' },
  offline: {
    zh: '没有网络，答案保存在本机，联网后自动补交。',
    en: 'No network. Your answers are kept on this device and sent when it is back.',
  },
  unreachable: {
    zh: '暂时连不上服务器，答案保存在本机，连上后自动补交。',
    en: 'The server cannot be reached. Your answers are kept on this device and sent when it can.',
  },
  openPage: {
    zh: '暂时存不上，请不要关闭本页，连上后自动补交。',
    en: 'Not saved yet. Please keep this page open; your answers are sent as soon as possible.',
  },

  submitting: { zh: '正在提交答卷', en: 'Submitting your answers' },
  submittingAdvice: { zh: '请稍候，不要关闭本页。', en: 'One moment; please keep this page open.' },
  submitWaiting: { zh: '答卷还没有交上', en: 'Your answers have not arrived yet' },
  retryNow: { zh: '现在重试', en: 'Try now' },
  retry: { zh: '重试', en: 'Try again' },
  startAgain: { zh: '从头开始', en: 'Start again' },

  received: { zh: '答卷已收到', en: 'Your answers have arrived' },
  receipt: { zh: '回执号', en: 'Receipt number' },
  receiptUse: {
    zh: '请截图或抄下这个号码，它是答卷已收到的凭证，不含姓名。',
    en: 'Keep a picture or a note of this number: it shows that your answers arrived. It holds no name.',
  },
  copy: { zh: '复制', en: 'Copy' },
  copied: { zh: '已复制', en: 'Copied' },
  copyByHand: { zh: '请长按回执号复制', en: 'Press and hold the number to copy it' },
  participants: { zh: '{unit}已有{n}人参与。', en: '{n} people have taken part in {unit}.' },
  openLinkRule: {
    zh: '网上开放答卷单独统计，不进入抽样比率。',
    en: 'Answers through the open link are counted apart and do not enter the sampled rates.',
  },
  another: { zh: '换一个人，用这部手机答题', en: 'Somebody else answers on this phone' },
  screenedOut: { zh: '谢谢，您不在本次调查范围', en: 'Thank you. This survey is not meant for you' },
  screenedOutAdvice: {
    zh: '本次调查只请符合条件的居民回答，后面的题目就不用答了。感谢您的支持。',
    en: 'It is meant for residents who meet certain conditions, so there are no further questions. Thank you all the same.',
  },
} as const satisfies Record<string, Text>;

export type WordingKey = keyof typeof WORDING;

export function say(key: WordingKey, lang: Lang, details: Details = {}): string {
  return fill(WORDING[key][lang], details);
}

export interface Failure {
  readonly title: Text;
  readonly advice: Text;
  /** What the one button does; null: there is nothing to press. */
  readonly action: 'retry' | 'restart' | null;
}

const failure = (action: Failure['action'], title: Text, advice: Text): Failure => ({ title, advice, action });

/** A full page per way in which an interview cannot go on: what happened, then what to do. */
const FAILURES: Partial<Record<ErrorCode, Failure>> = {
  NO_OPEN_SURVEY: failure(
    null,
    { zh: '目前没有正在进行的网上调查', en: 'There is no open survey at the moment' },
    {
      zh: '调查开始后，用同一个链接或二维码就能参加。谢谢您的关心。',
      en: 'When one opens, the same link or code will take you to it. Thank you for your interest.',
    },
  ),
  WAVE_NOT_OPEN: failure(
    null,
    { zh: '这次调查已经结束', en: 'This survey has closed' },
    {
      zh: '已提交的答卷都已收到；没有提交的不再接收。谢谢您的关心。',
      en: 'Answers that were submitted have arrived; no more are taken. Thank you for your interest.',
    },
  ),
  INVITATION_EXPIRED: failure(
    null,
    { zh: '这个链接已过期', en: 'This link has expired' },
    {
      zh: '有效期到{day}为止。如果仍想参加，请向发链接给您的人要一个新链接。',
      en: 'It was valid until {day}. If you would still like to take part, ask whoever sent it for a new one.',
    },
  ),
  LINK_UNKNOWN: failure(
    null,
    { zh: '没有找到这个链接', en: 'This link is not known' },
    {
      zh: '请核对网址是否完整，或者重新扫描二维码。',
      en: 'Check that the address is complete, or scan the code again.',
    },
  ),
  TICKET_INVALID: failure(
    'restart',
    { zh: '这份答卷打不开了', en: 'This interview cannot be opened any more' },
    {
      zh: '可能是链接更换过，或者时间太久。请从头开始。',
      en: 'The link may have changed, or too much time has passed. Please start again.',
    },
  ),
};

export const UNREACHABLE = failure(
  'retry',
  { zh: '网络连不上', en: 'No connection' },
  {
    zh: '请检查手机信号或无线网络，然后点“重试”。已经答过的题不会丢。',
    en: 'Check your signal or Wi-Fi, then try again. What you have answered is not lost.',
  },
);

const UNEXPECTED = failure(
  'retry',
  { zh: '页面出了问题', en: 'Something went wrong' },
  {
    zh: '请过一会儿再试。若再次出现，请把编号{requestId}告诉发链接给您的人。',
    en: 'Try again in a while. If it happens again, give the number {requestId} to whoever sent you the link.',
  },
);

export const describeFailure = (code: string): Failure => FAILURES[code as ErrorCode] ?? UNEXPECTED;
