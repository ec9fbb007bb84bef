/** A number as it is dialled within the country: `139 0000 0001`, `0915-2345678`, `010-12345678`. */
export function dialledNumber(e164: string): string {
  if (!e164.startsWith('+86')) return e164;
  const national = e164.slice(3);
  const mobile = /^(1[3-9]\d)(\d{4})(\d{4})$/.exec(national);
  if (mobile) return mobile.slice(1).join(' ');
  return national.replace(/^(10|2\d|\d{3})(\d+)$/, '0$1-$2');
}
