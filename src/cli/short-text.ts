/** Numbers and times as people read them at a glance. */

/** 1234567 as "1.23M": three significant digits. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  for (const [size, suffix] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (value >= size * 0.9995) return `${(value / size).toPrecision(3)}${suffix}`;
  }
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}

/** Seconds as "1h02m", "3m05s" or "7s". */
export function shortDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const two = (value: number) => String(value).padStart(2, '0');
  if (hours > 0) return `${hours}h${two(minutes)}m`;
  return minutes > 0 ? `${minutes}m${two(whole % 60)}s` : `${whole}s`;
}
