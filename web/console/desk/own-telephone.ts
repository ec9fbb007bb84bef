const KEY = 'zhixiao.desk.telephone';

/** The telephone of whoever sits here, which the carrier rings: the interviewer's, or the supervisor's. It stays in this browser. */
export const readOwnTelephone = (): string => window.localStorage.getItem(KEY) ?? '';

export function keepOwnTelephone(number: string): void {
  window.localStorage.setItem(KEY, number);
}
