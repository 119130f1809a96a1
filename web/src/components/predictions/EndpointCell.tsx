import { useTranslation } from "react-i18next";
import type { DomainVerdict, EndpointPrediction, PredictedEndpoint } from "@/api/predictions";
import { StatusMark, type Tone } from "@/components/StatusMark";
import { useFormat } from "@/format/use-format";
import { Picture } from "./Picture";
import classes from "./Predictions.module.css";
import { measureText } from "./text";

const TONES: Record<DomainVerdict, Tone> = {
  inside: "good",
  edge: "warn",
  outside: "bad",
  unknown: "off",
};

interface Props {
  endpoint: PredictedEndpoint;
  found: EndpointPrediction | undefined;
  label: string;
}

/** A value with its interval, and whether the molecule is where the model was seen to hold. */
export function EndpointCell({ endpoint, found, label }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!found || found.value === null) return <span className={classes.muted}>–</span>;
  const show = (value: number | null) =>
    found.binary ? format.percent(value) : format.number(value, 2);
  return (
    <div className={classes.cell}>
      <span className={classes.value}>
        {show(found.value)}
        {!found.binary && (
          <span className={classes.muted}> {found.unit || measureText(endpoint)}</span>
        )}
      </span>
      <span className={classes.muted}>
        {found.low === null || found.high === null
          ? t("predictions.noInterval")
          : `${show(found.low)} – ${show(found.high)}`}
      </span>
      {found.label !== "" && <span>{t(`predictions.label.${found.label}`)}</span>}
      <StatusMark
        tone={TONES[found.verdict]}
        word={t(`predictions.verdict.${found.verdict}`)}
      />
      {found.atoms !== null && <Picture svg={found.atoms} label={label} />}
    </div>
  );
}
