// How times, durations and numbers are written. Pure; the clock and the zone come with the view.
import type { Translate } from "../locales/catalogue.ts";
import type { View } from "./view.ts";

type When = Pick<View, "language" | "timeZone" | "now" | "t">;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Intl formatters cost 30 µs and more each to make; a page needs hundreds of times. */
function formatter(view: When, name: string, options: Intl.DateTimeFormatOptions) {
  const key = `${view.language} ${view.timeZone} ${name}`;
  const known = formatters.get(key);
  if (known) return known;
  const language = view.language === "en" ? "en-GB" : view.language;
  const made = new Intl.DateTimeFormat(language, { timeZone: view.timeZone, ...options });
  formatters.set(key, made);
  return made;
}

/** 10:42:08 */
export function clockTime(view: When, at: number): string {
  return formatter(view, "clock", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(at);
}

/** 10:42:08.114, as a ladder needs it. */
export function clockMs(view: When, at: number): string {
  const ms = Math.floor(((at % 1000) + 1000) % 1000);
  return `${clockTime(view, at)}.${String(ms).padStart(3, "0")}`;
}

/** 2026-11-20 in the office's time zone. */
export function isoDay(view: Pick<View, "timeZone">, at: number): string {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: view.timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(at);
}

/** Friday, 20 November 2026 */
export function longDay(view: When, at: number): string {
  return formatter(view, "long", {
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
  }).format(at);
}

/** Today, Yesterday, or 18 Nov (with the year when it is another one). */
export function dayName(view: When, at: number): string {
  const day = isoDay(view, at);
  if (day === isoDay(view, view.now)) return view.t("history.today");
  if (day === isoDay(view, view.now - 86_400_000)) return view.t("history.yesterday");
  const sameYear = day.slice(0, 4) === isoDay(view, view.now).slice(0, 4);
  return formatter(view, sameYear ? "day" : "dayYear", {
    month: "short",
    day: "numeric",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

/** Midnight that begins the day of `at` in the office's zone, epoch ms. */
export function startOfDay(timeZone: string, day: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== day) return null;
  // Twice, because the offset may change between the guess and the answer (summer time).
  let guess = utc - zoneOffsetMs(timeZone, utc);
  guess = utc - zoneOffsetMs(timeZone, guess);
  return guess;
}

/** The day after, as 2026-11-21. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function zoneOffsetMs(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const get = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(
    get("year"),
    get("month") - 1,
    get("day"),
    get("hour"),
    get("minute"),
    get("second"),
  );
  return wall - Math.floor(at / 1000) * 1000;
}

/** 02:14 or 1:02:14 */
export function timer(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${minutes}` : minutes;
}

/** 4.4 s; 5 min 15 s; 1 h 2 min */
export function duration(t: Translate, seconds: number): string {
  if (seconds < 60) {
    const rounded = seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds);
    return t("unit.seconds", { n: rounded });
  }
  const whole = Math.round(seconds);
  if (whole < 3600) {
    return t("unit.minutesSeconds", { m: Math.floor(whole / 60), s: whole % 60 });
  }
  return t("unit.hoursMinutes", {
    h: Math.floor(whole / 3600),
    m: Math.floor(whole / 60) % 60,
  });
}

/** A telephone number with its usual gaps: Chinese mobiles 3-4-4; all else as it came. */
export function phoneNumber(number: string): string {
  if (/^1[3-9]\d{9}$/.test(number)) {
    return `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}`;
  }
  return number;
}
