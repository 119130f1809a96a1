import { useTranslation } from "react-i18next";
import { ApiProblem, ServerUnreachable } from "@/api/http";
import type { Params } from "@/api/hub";
import names from "./endpoints.json";

/** The catalogue's names; `scripts/reference.py` writes them. */
const ENDPOINTS: Record<string, { en: string; ko: string } | undefined> = names;

/** Ids of the catalogue. */
export const endpointIds = Object.keys(ENDPOINTS);

/** `round.closed-late` → "round closed late": a readable last resort for a code without a text. */
function readable(code: string): string {
  return code.replace(/[._-]+/g, " ").trim();
}

/** Texts for what the servers answer: codes, reasons, endpoints and names in two languages. */
export function useCodes() {
  const { t, i18n } = useTranslation();

  const coded = (group: string, code: string, params: Params = {}): string => {
    const key = `${group}.${code}`;
    return i18n.exists(key) ? t(key, params) : readable(code);
  };

  return {
    event: (code: string, params: Params) => coded("events", code, params),
    // A site that waits because of an error gives the error's code as the reason.
    reason: (code: string) => coded(i18n.exists(`errors.${code}`) ? "errors" : "reasons", code),
    finding: (code: string) => coded("findings", code),
    metric: (name: string) => coded("metrics", name),
    endpoint: (id: string) => {
      const [whole = id, assay] = id.split("--");
      const name = ENDPOINTS[whole]?.[i18n.language === "ko" ? "ko" : "en"];
      if (!name) return id;
      return assay ? `${name} (${assay})` : name;
    },
    action: (code: string) => coded("actions", code),
    journalKind: (code: string) => coded("journalKinds", code),
    journalSentence: (code: string) => {
      const key = `journalSentences.${code}`;
      return i18n.exists(key) ? t(key) : "";
    },
    failure: (code: string) => coded("failures", code),
    rule: (code: string, params: Params = {}) => coded("rules", code, params),
    name: (named: { name_ko: string; name_en: string }) =>
      i18n.language === "ko" ? named.name_ko : named.name_en,
    problem: (error: unknown): string => {
      if (error instanceof ServerUnreachable) return t("states.unreachable.title");
      if (error instanceof ApiProblem) {
        const said = error.said?.[i18n.language === "ko" ? "ko" : "en"];
        if (said) return said;
        const key = `errors.${error.code}`;
        return i18n.exists(key) ? t(key, error.params) : error.message;
      }
      return t("states.error.title");
    },
  };
}
