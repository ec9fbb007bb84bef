const two = (value: number): string => String(value).padStart(2, '0');

/** An instant on the interviewer's clock: `14:05`, with the day before it when it is another. */
export function clockOf(instant: number, now = Date.now()): string {
  const date = new Date(instant);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}
