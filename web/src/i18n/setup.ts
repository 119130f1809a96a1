import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["ko", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const STORAGE_KEY = "fdd-language";

const resources = {
  ko: () => import("@/locales/ko.json"),
  en: () => import("@/locales/en.json"),
};

export function currentLanguage(): Language {
  return i18next.language === "ko" ? "ko" : "en";
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, "translation")) return;
  const bundle = await resources[language]();
  i18next.addResourceBundle(language, "translation", bundle.default);
}

export async function changeLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    window.localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // A browser that forbids storage forgets the choice at the next visit; nothing else breaks.
  }
}

/** Start in the language that `first-paint.js` already wrote on the document. */
export async function startI18n(): Promise<void> {
  const language: Language = document.documentElement.lang === "ko" ? "ko" : "en";
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await load(language);
  await i18next.changeLanguage(language);
}
