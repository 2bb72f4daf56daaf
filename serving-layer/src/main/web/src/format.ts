/** Numbers, money and times as the reader's own locale and zone write them. */

const locale = navigator.language;
const whole = new Intl.NumberFormat(locale);

export function count(n: number): string {
  return whole.format(n);
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** In the unit that gives a number below a thousand. */
export function bytes(n: number): string {
  const step = n < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(n) / 3));
  const unitDisplay = step > 0 ? 'short' : 'long';
  const format = { style: 'unit', unit: SIZES[step]!, unitDisplay, maximumFractionDigits: step > 1 ? 1 : 0 };
  return new Intl.NumberFormat(locale, format as Intl.NumberFormatOptions).format(n / 1000 ** step);
}

export function percent(part: number): string {
  return new Intl.NumberFormat(locale, { style: 'percent' }).format(part);
}

export function seats(n: number): string {
  return n === 1 ? '1 seat' : `${count(n)} seats`;
}

export function money(minor: number, currency: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

export function longDate(iso: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(
    new Date(iso),
  );
}

export function clock(iso: string): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' }).format(
    new Date(iso),
  );
}

export function shortDateTime(iso: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

export function shortDate(iso: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(iso));
}

/** The time of what is today's, the date of everything else. */
export function moment(iso: string): string {
  const then = new Date(iso);
  const now = new Date();
  if (then.toDateString() === now.toDateString()) {
    return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(then);
  }
  const year = then.getFullYear() === now.getFullYear() ? undefined : ('numeric' as const);
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year }).format(then);
}

/** "3 min ago"; a date once that says more. */
export function ago(iso: string, now: number): string {
  const then = new Date(iso);
  const minutes = Math.max(0, Math.floor((now - then.getTime()) / 60_000));
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'short' });
  if (minutes < 1) return 'just now';
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), 'hour');
  const thisYear = then.getFullYear() === new Date(now).getFullYear();
  const year = thisYear ? undefined : ('numeric' as const);
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year }).format(then);
}

export function dayParts(iso: string): { day: string; month: string; year: string; weekday: string } {
  const date = new Date(iso);
  const part = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options).format(date);
  return {
    day: part({ day: 'numeric' }),
    month: part({ month: 'short' }),
    year: part({ year: 'numeric' }),
    weekday: part({ weekday: 'short' }),
  };
}

/** 9:05. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** "4, 5 and 6". */
export function listed(words: string[]): string {
  return new Intl.ListFormat('en-GB', { style: 'long', type: 'conjunction' }).format(words);
}
