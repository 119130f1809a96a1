import { useTranslation } from "react-i18next";
import * as format from "./format";

/** The pure formatters, bound to the language of the page. */
export function useFormat() {
  const { i18n } = useTranslation();
  const language = i18n.language;
  return {
    bytes: (value: number | null | undefined) => format.bytes(value, language),
    number: (value: number | null | undefined, digits?: number) =>
      format.number(value, language, digits),
    signedPercent: (share: number) => format.signedPercent(share, language),
    percent: (share: number | null) => format.percent(share, language),
    dateTime: (iso: string | null | undefined) => format.dateTime(iso, language),
    timeOfDay: (iso: string) => format.timeOfDay(iso, language),
    relative: (iso: string | null | undefined, now: number) => format.relative(iso, now, language),
  };
}
