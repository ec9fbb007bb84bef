/**
 * What the carrier's API takes, as its documents say: every name, its type and its values. Ours alone: nothing here is
 * generated. The tests hold it against the installed client and against what we send.
 */
interface Name {
  readonly type: 'text' | 'url' | 'number' | 'sid' | 'integer' | 'flag' | 'list';
  readonly required?: true;
  readonly values?: readonly string[];
}

const METHOD = { type: 'text', values: ['GET', 'POST', 'HEAD', 'DELETE', 'PATCH', 'PUT'] } as const;
const EVENTS = { type: 'list', values: ['initiated', 'ringing', 'answered', 'completed'] } as const;
const RECORDING_EVENTS = { type: 'list', values: ['in-progress', 'completed', 'absent'] } as const;
const CHANNELS = { type: 'text', values: ['mono', 'dual'] } as const;

export const CONTRACT = {
  'POST Calls': {
    To: { type: 'number', required: true },
    From: { type: 'number', required: true },
    Url: { type: 'url' },
    Twiml: { type: 'text' },
    ApplicationSid: { type: 'sid' },
    Method: METHOD,
    FallbackUrl: { type: 'url' },
    FallbackMethod: METHOD,
    StatusCallback: { type: 'url' },
    StatusCallbackEvent: EVENTS,
    StatusCallbackMethod: METHOD,
    SendDigits: { type: 'text' },
    Timeout: { type: 'integer' },
    TimeLimit: { type: 'integer' },
    Record: { type: 'flag' },
    RecordingChannels: CHANNELS,
    RecordingStatusCallback: { type: 'url' },
    RecordingStatusCallbackMethod: METHOD,
    RecordingStatusCallbackEvent: RECORDING_EVENTS,
    RecordingTrack: { type: 'text', values: ['inbound', 'outbound', 'both'] },
    SipAuthUsername: { type: 'text' },
    SipAuthPassword: { type: 'text' },
    MachineDetection: { type: 'text', values: ['Enable', 'DetectMessageEnd'] },
    MachineDetectionTimeout: { type: 'integer' },
    MachineDetectionSpeechThreshold: { type: 'integer' },
    MachineDetectionSpeechEndThreshold: { type: 'integer' },
    MachineDetectionSilenceTimeout: { type: 'integer' },
    AsyncAmd: { type: 'flag' },
    AsyncAmdStatusCallback: { type: 'url' },
    AsyncAmdStatusCallbackMethod: METHOD,
    Trim: { type: 'text', values: ['trim-silence', 'do-not-trim'] },
    CallerId: { type: 'text' },
    CallReason: { type: 'text' },
    CallToken: { type: 'text' },
    Byoc: { type: 'text' },
  },
  'GET Conferences': {
    FriendlyName: { type: 'text' },
    Status: { type: 'text', values: ['init', 'in-progress', 'completed'] },
    PageSize: { type: 'integer' },
  },
  'POST Conferences/:conference/Participants': {
    From: { type: 'number', required: true },
    To: { type: 'number', required: true },
    Label: { type: 'text' },
    Timeout: { type: 'integer' },
    TimeLimit: { type: 'integer' },
    StatusCallback: { type: 'url' },
    StatusCallbackMethod: METHOD,
    StatusCallbackEvent: EVENTS,
    Muted: { type: 'flag' },
    Beep: { type: 'text', values: ['true', 'false', 'onEnter', 'onExit'] },
    EarlyMedia: { type: 'flag' },
    StartConferenceOnEnter: { type: 'flag' },
    EndConferenceOnExit: { type: 'flag' },
    // Empty: no music.
    WaitUrl: { type: 'text' },
    WaitMethod: METHOD,
    MaxParticipants: { type: 'integer' },
    Record: { type: 'flag' },
    ConferenceRecord: { type: 'text' },
    CallerId: { type: 'text' },
  },
  'POST Calls/:call': {
    Url: { type: 'url' },
    Twiml: { type: 'text' },
    Method: METHOD,
    Status: { type: 'text', values: ['canceled', 'completed'] },
    FallbackUrl: { type: 'url' },
    FallbackMethod: METHOD,
    StatusCallback: { type: 'url' },
    StatusCallbackMethod: METHOD,
    TimeLimit: { type: 'integer' },
  },
  'POST Calls/:call/Recordings': {
    RecordingStatusCallback: { type: 'url' },
    RecordingStatusCallbackMethod: METHOD,
    RecordingStatusCallbackEvent: RECORDING_EVENTS,
    RecordingChannels: CHANNELS,
    RecordingTrack: { type: 'text', values: ['inbound', 'outbound', 'both'] },
    Trim: { type: 'text', values: ['trim-silence', 'do-not-trim'] },
  },
  'POST Calls/:call/Recordings/:recording': {
    Status: { type: 'text', required: true, values: ['in-progress', 'paused', 'stopped'] },
    PauseBehavior: { type: 'text', values: ['skip', 'silence'] },
  },
  'POST Messages': {
    To: { type: 'number', required: true },
    From: { type: 'number' },
    Body: { type: 'text' },
    ContentSid: { type: 'sid' },
    ContentVariables: { type: 'text' },
    StatusCallback: { type: 'url' },
    MessagingServiceSid: { type: 'sid' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Name>>>>;

export type Operation = keyof typeof CONTRACT;

const SHAPES: Readonly<Record<Name['type'], object>> = {
  text: { type: 'string' },
  url: { type: 'string', pattern: '^https?://[^/_]+(/|$)' },
  number: { type: 'string', pattern: '^\\+[1-9]\\d{6,14}$' },
  sid: { type: 'string', pattern: '^[A-Z]{2}[0-9a-fA-F]{32}$' },
  integer: { type: 'string', pattern: '^\\d+$' },
  flag: { type: 'string', enum: ['true', 'false'] },
  list: { type: 'string' },
};

/** The JSON Schema of an operation's form; a list comes as the same key several times. */
export function schemaOf(operation: Operation): object {
  const names: Readonly<Record<string, Name>> = CONTRACT[operation];
  const one = ({ type, values }: Name): object => ({ ...SHAPES[type], ...(values ? { enum: values } : {}) });
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(names).filter((name) => names[name]?.required),
    properties: Object.fromEntries(
      Object.entries(names).map(([name, rule]) => [
        name,
        rule.type === 'list'
          ? { anyOf: [one(rule), { type: 'array', uniqueItems: true, items: one(rule) }] }
          : one(rule),
      ]),
    ),
  };
}

/** The operation of a request to the API. */
export function operationOf(method: string, path: string): string {
  const parts = path
    .replace(/^.*\/Accounts\/[^/]+\//, '')
    .replace(/\.json$/, '')
    .split('/');
  const named = parts.map((part, index) =>
    index % 2 === 0 ? part : `:${parts[index - 1]?.slice(0, -1).toLowerCase()}`,
  );
  return `${method} ${named.join('/')}`;
}
