import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CardPage, CardState } from "@/api/console";
import { Confirm } from "@/components/Confirm";
import { DataCardView } from "@/components/DataCardView";
import { Failure } from "@/components/States";
import { type Tone, StatusMark } from "@/components/StatusMark";
import { shortDigest } from "@/format/format";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { dataCardQuery, useShareCard, useWithdrawCard } from "../queries";
import classes from "./DatasetCard.module.css";

/** The data card as others see it, fetched when its owner asks; from here it is shared. */
export function OthersView({ dataset, version }: { dataset: string; version: number | string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const page = useQuery({ ...dataCardQuery(dataset, version), enabled: shown });
  return (
    <div className={classes.others}>
      <Button
        size="compact-xs"
        variant="default"
        aria-expanded={shown}
        loading={shown && page.isPending}
        onClick={() => setShown(!shown)}
      >
        {t(shown ? "console.datasets.card.hide" : "console.datasets.card.show")}
      </Button>
      {shown && page.isError && <Failure error={page.error} />}
      {shown && page.data && (
        <div className={classes.card}>
          <DataCardView card={page.data.card} />
          <Sharing dataset={dataset} page={page.data} />
        </div>
      )}
    </div>
  );
}

function Sharing({ dataset, page }: { dataset: string; page: CardPage }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const share = useShareCard(dataset);
  const withdraw = useWithdrawCard(dataset);
  const there = page.shared?.wanted === "shared" && !page.shared.refused;
  const [tone, word] = standing(page.shared);
  return (
    <div className={classes.sharing}>
      <StatusMark tone={tone} word={t(`console.datasets.card.states.${word}`)} />
      {page.shared?.refused && <p role="alert">{codes.reason(page.shared.refused)}</p>}
      {there && page.shared?.digest !== page.digest && (
        <p className={classes.text}>{t("console.datasets.card.earlier")}</p>
      )}
      <p className={classes.text}>
        {t("console.datasets.card.leaves", {
          bytes: format.number(page.bytes),
          digest: shortDigest(page.digest),
          handle: page.handle,
        })}
      </p>
      {share.isError && <Failure error={share.error} />}
      <Group gap="xs">
        {(!there || page.shared?.digest !== page.digest) && (
          <Button
            size="xs"
            loading={share.isPending}
            onClick={() => share.mutate(page.digest)}
          >
            {t("console.datasets.card.share")}
          </Button>
        )}
        {there && (
          <Confirm
            button={t("console.datasets.card.withdraw")}
            title={t("console.datasets.card.withdraw")}
            text={t("console.datasets.card.withdrawText")}
            confirm={t("console.datasets.card.withdraw")}
            action={withdraw}
          />
        )}
      </Group>
    </div>
  );
}

function standing(shared: CardState | null): [Tone, string] {
  if (shared === null) return ["wait", "never"];
  if (shared.refused) return ["bad", "refused"];
  if (shared.done_at === null) return ["wait", shared.wanted === "shared" ? "sending" : "taking"];
  return shared.wanted === "shared" ? ["good", "shared"] : ["wait", "withdrawn"];
}
