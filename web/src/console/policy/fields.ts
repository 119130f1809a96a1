import { useTranslation } from "react-i18next";

/** Only yes-or-no rules are changed on the page; limits are edited in the signed file. */
export function isSwitch(value: unknown): value is boolean {
  return typeof value === "boolean";
}

/** Texts of policy fields; a field that this release has no text for is shown by its name. */
export function useFieldTexts() {
  const { t, i18n } = useTranslation();
  const known = (key: string) => (i18n.exists(key) ? t(key) : undefined);
  return {
    label: (name: string) => known(`policyFields.${name}.label`) ?? name.replaceAll("_", " "),
    text: (name: string) => known(`policyFields.${name}.text`),
    value: (value: unknown): string => {
      if (value === null || value === undefined) return t("console.policy.none");
      if (Array.isArray(value)) {
        return value.length === 0 ? t("console.policy.none") : value.map(String).join(", ");
      }
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    },
  };
}
