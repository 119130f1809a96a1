import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { DataCardView } from "@/components/DataCardView";
import { Page } from "@/components/Page";
import { Panel } from "@/components/Panel";
import { Message, Result } from "@/components/States";
import { shortDigest } from "@/format/format";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { dataCardsQuery } from "./queries";

/** What members show of their data. The data themselves are not here, and cannot be asked for. */
export function DataPage() {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const cards = useQuery(dataCardsQuery);
  return (
    <Page title={t("nav.data")} note={t("card.page")}>
      <Result
        query={cards}
        isEmpty={(items) => items.length === 0}
        empty={
          <Message
            title={t("card.empty.title")}
            text={t("card.empty.text")}
            command="fdd-client data card NAME"
          />
        }
      >
        {(items) =>
          items.map((shown) => (
            <Panel
              key={`${shown.site_id}-${shown.handle}`}
              title={codes.name(shown.institution)}
              note={t("card.line", {
                site: shown.site_name,
                time: format.dateTime(shown.received_at),
                digest: shortDigest(shown.digest),
              })}
            >
              <DataCardView card={shown.card} />
            </Panel>
          ))
        }
      </Result>
    </Page>
  );
}
