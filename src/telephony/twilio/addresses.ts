/** Where the carrier finds us. The hook of `http/hooks` listens on these; everything else about them is in here. */
export interface HookAddresses {
  /** What a call does first; on the interviewer's leg of a bridged call, with `agent`. */
  start(attemptId: string, leg?: 'agent'): string;
  /** What a call does after the step with this token; with `after` when that step waited for no keys. */
  voice(attemptId: string, token: string, after?: 'pause' | 'talk'): string;
  status(attemptId: string, leg?: 'agent'): string;
  amd(attemptId: string): string;
  listening(listeningId: string): string;
  recording(attemptId: string): string;
  /** Called when the answer of another hook could not be used. */
  fallback(attemptId: string): string;
  inbound(): string;
  messageStatus(messageId: string): string;
  messageIn(): string;
}

/** Stands for the attempt in the addresses of calls that came in by themselves, until they are known to be somebody's. */
export const INBOUND = 'inbound';

export function hookAddresses(publicBaseUrl: string): HookAddresses {
  const hooks = `${publicBaseUrl.replace(/\/+$/, '')}/hooks/twilio`;
  const at = (path: string, query: Readonly<Record<string, string | undefined>> = {}): string => {
    const pairs = Object.entries(query).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
    );
    return `${hooks}/${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
  };
  const of = encodeURIComponent;
  return {
    start: (attemptId, leg) => at(`voice/${of(attemptId)}`, { leg }),
    // It is the interviewer who waits in a conversation.
    voice: (attemptId, token, after) =>
      at(`voice/${of(attemptId)}`, { leg: after === 'talk' ? 'agent' : undefined, token, after }),
    status: (attemptId, leg) => at(`status/${of(attemptId)}`, { leg }),
    amd: (attemptId) => at(`amd/${of(attemptId)}`),
    listening: (listeningId) => at(`listening/${of(listeningId)}`),
    recording: (attemptId) => at(`recording/${of(attemptId)}`),
    fallback: (attemptId) => at(`fallback/${of(attemptId)}`),
    inbound: () => at('inbound'),
    messageStatus: (messageId) => at(`sms-status/${of(messageId)}`),
    messageIn: () => at('sms-in'),
  };
}
