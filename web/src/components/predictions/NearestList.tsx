import { useTranslation } from "react-i18next";
import type { Neighbour, PredictedEndpoint } from "@/api/predictions";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { Picture } from "./Picture";
import classes from "./Predictions.module.css";

interface Props {
  nearest: Neighbour[];
  endpoints: PredictedEndpoint[];
}

/** The site's own training molecules most like the asked one, with what was measured of them. */
export function NearestList({ nearest, endpoints }: Props) {
  const { t } = useTranslation();
  if (nearest.length === 0) return null;
  return (
    <section className={classes.known}>
      <h4 className={classes.heading}>{t("predictions.nearest")}</h4>
      <div className={classes.nearest}>
        {nearest.map((near) => (
          <Near key={near.name} near={near} endpoints={endpoints} />
        ))}
      </div>
    </section>
  );
}

function Near({ near, endpoints }: { near: Neighbour; endpoints: PredictedEndpoint[] }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  return (
    <figure className={classes.near}>
      {near.picture && <Picture svg={near.picture} label={near.name} small />}
      <figcaption>
        <span className={classes.name}>{near.name}</span>
        <span>{t("predictions.similarity", { value: format.number(near.similarity, 2) })}</span>
        {endpoints.map((endpoint) => {
          const value = near.values[endpoint.endpoint];
          if (value === undefined) return null;
          const text = endpoint.binary
            ? t(value > 0.5 ? "predictions.label.yes" : "predictions.label.no")
            : format.number(value, 2);
          return (
            <span key={endpoint.endpoint}>
              {t("predictions.measured", { endpoint: codes.name(endpoint), value: text })}
            </span>
          );
        })}
      </figcaption>
    </figure>
  );
}
