import { Tooltip, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { changeLanguage, LANGUAGES } from "@/i18n/setup";
import { Icon, type IconName } from "./Icon";
import classes from "./Preferences.module.css";

const SCHEMES = ["auto", "light", "dark"] as const;
const SCHEME_ICONS: Record<(typeof SCHEMES)[number], IconName> = {
  auto: "auto",
  light: "sun",
  dark: "moon",
};

/** Language and theme, on every page. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = SCHEMES[(SCHEMES.indexOf(colorScheme) + 1) % SCHEMES.length] ?? "auto";
  return (
    <div className={classes.row}>
      <div className={classes.languages} role="group" aria-label={t("shell.language")}>
        {LANGUAGES.map((language) => (
          <UnstyledButton
            key={language}
            className={classes.language}
            aria-pressed={i18n.language === language}
            lang={language}
            onClick={() => void changeLanguage(language)}
          >
            {language === "ko" ? "한국어" : "EN"}
          </UnstyledButton>
        ))}
      </div>
      <Tooltip label={t(`shell.scheme.${colorScheme}`)}>
        <UnstyledButton
          className={classes.scheme}
          aria-label={t(`shell.scheme.${colorScheme}`)}
          onClick={() => setColorScheme(next)}
        >
          <Icon name={SCHEME_ICONS[colorScheme]} />
        </UnstyledButton>
      </Tooltip>
    </div>
  );
}
