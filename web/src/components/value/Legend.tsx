import { useTranslation } from "react-i18next";
import classes from "./Legend.module.css";

interface Props {
  /** Whether rows show the scores on a scale. */
  tracks: boolean;
  centralBecausePublic?: boolean;
}

/** What the marks of the value table mean, in words. */
export function Legend({ tracks, centralBecausePublic = false }: Props) {
  const { t } = useTranslation();
  return (
    <div className={classes.legend}>
      <span><b className={classes.up}>▲</b> {t("value.better")}</span>
      <span><b className={classes.down}>▼</b> {t("value.worse")}</span>
      <span><i className={classes.chosen} /> {t("value.chosenMark")}</span>
      {tracks && (
        <>
          <span><i className={classes.local} /> {t("value.serving.local")}</span>
          <span><i className={classes.federated} /> {t("value.serving.federated")}</span>
          <span><i className={classes.personalised} /> {t("value.serving.personalised")}</span>
        </>
      )}
      {centralBecausePublic && <span><i className={classes.central} /> {t("value.central")}</span>}
      {centralBecausePublic && <p className={classes.note}>{t("value.centralNote")}</p>}
    </div>
  );
}
