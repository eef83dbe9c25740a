/** Writes days, times and sizes in the visitor's language. */
export interface Moments {
  time(ms: number): string;
  /** "Today", "Yesterday", a weekday, or a date. */
  day(startMs: number, nowMs: number): string;
  /** When the team is back: the time alone where it is today. */
  back(ms: number, nowMs: number): string;
  size(bytes: number): string;
}

const DAY_MS = 86_400_000;

export function momentsOf(language: string): Moments {
  const time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'long' });
  const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });
  const weekdayAndTime = new Intl.DateTimeFormat(language, {
    weekday: 'long',
    hour: 'numeric',
    minute: '2-digit',
  });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return {
    time: (ms) => time.format(ms),
    day(startMs, nowMs) {
      const ago = Math.round((new Date(nowMs).setHours(0, 0, 0, 0) - startMs) / DAY_MS);
      if (ago <= 1) return capital(relative.format(-Math.max(ago, 0), 'day'), language);
      return ago < 7 ? capital(weekday.format(startMs), language) : date.format(startMs);
    },
    back: (ms, nowMs) => (ms - nowMs < DAY_MS / 2 ? time.format(ms) : weekdayAndTime.format(ms)),
    size: (bytes) => sized(bytes, language),
  };
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

function sized(bytes: number, language: string): string {
  const step = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  const unit = UNITS[step] ?? 'byte';
  const maximumFractionDigits = step > 1 ? 1 : 0;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits,
  }).format(bytes / 1000 ** step);
}

function capital(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
