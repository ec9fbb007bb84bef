import { words } from '../../shared/wording.ts';

export const PROMPT_WORDS = {
  prompts: words('电话录音', 'Phone recordings'),
  lead: words(
    '按键电话说的每一句话。有真人录音的播放录音，没有的由机器朗读；报出数字等随人而变的内容总是朗读。',
    'Every sentence of the keypad call. Where a person has recorded it the recording is played, else a machine speaks; what changes from call to call, such as a number read back, is always spoken.',
  ),
  lang: words('语言', 'Language'),
  zh: words('中文', 'Chinese'),
  en: words('英文', 'English'),
  recorded: words('已有录音', 'Recorded'),
  recordedOf: words('{recorded} / {total} 句', '{recorded} of {total} sentences'),
  spoken: words('机器朗读', 'Spoken by machine'),
  spokenCount: words('{count} 句', '{count} sentences'),
  missing: words(
    '{count} 个录音文件不在了，暂由机器朗读，请重新上传。',
    '{count} recordings have lost their file and are spoken by machine. Upload them again.',
  ),
  uploadMany: words('批量上传', 'Upload many'),
  uploadManyHint: words(
    '文件名与下面清单里的名称一致，如 awareness.1.wav，可一次选许多个（合计不超过60 MB）。WAV，PCM 16位，8至48 kHz，每个不超过2分钟、5 MB。有一个不合格，就一个也不存。',
    'Files are named as in the list below, such as awareness.1.wav; choose many at once (60 MB in all). WAV, PCM 16 bits, 8 to 48 kHz, at most 2 minutes and 5 MB each. If one is not right, none is kept.',
  ),
  files: words('录音文件', 'Recordings'),
  send: words('上传', 'Upload'),
  sendCount: words('上传 {count} 个', 'Upload {count}'),
  replace: words('替换', 'Replace'),
  remove: words('删除', 'Remove'),
  removeTitle: words('删除这句录音？', 'Remove this recording?'),
  removeBody: words(
    '以后的电话由机器朗读这句话；正在播放的电话会放完。操作记入日志。',
    'Calls from now on have it spoken by machine; a call that is playing it plays it to the end. This is logged.',
  ),
  onlySpoken: words('只看还没有录音的', 'Only what is not recorded yet'),
  noneLeft: words('全部已有录音。', 'Everything is recorded.'),
  alsoAt: words('同一句还用于：{places}', 'Also said at: {places}'),
  seconds: words('{seconds} 秒', '{seconds} s'),
  fileGone: words('录音文件不在了', 'The file is gone'),
  done: words(
    '已存：新增 {added} 个，替换 {replaced} 个，未变 {same} 个。',
    'Kept: {added} new, {replaced} replaced, {same} unchanged.',
  ),
  uploadOf: words('上传“{words}”的录音', 'Upload a recording of “{words}”'),
  replaceOf: words('替换“{words}”的录音', 'Replace the recording of “{words}”'),
  playOf: words('“{words}”的录音', 'Recording of “{words}”'),
} as const;
