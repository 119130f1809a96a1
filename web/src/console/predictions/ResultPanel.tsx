import { useTranslation } from "react-i18next";
import type { Neighbour, Predicted, PredictedMolecule, SiteModel } from "@/api/console";
import { Panel } from "@/components/Panel";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { EndpointCell } from "./EndpointCell";
import { Picture } from "./Picture";
import classes from "./Predictions.module.css";

/** One molecule a row: what is predicted, how far to trust it, and what the site knows nearby. */
export function ResultPanel({ model, predicted }: { model: SiteModel; predicted: Predicted }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  return (
    <Panel
      title={t("console.predictions.results")}
      note={t("console.predictions.took", { seconds: format.number(predicted.seconds, 2) })}
      flush
    >
      <div
        className={table.scroll}
        tabIndex={0}
        role="region"
        aria-label={t("console.predictions.results")}
      >
        <table className={`${table.table} ${classes.results}`}>
          <thead>
            <tr>
              <th scope="col">{t("console.predictions.molecule")}</th>
              {model.endpoints.map((endpoint) => (
                <th key={endpoint.endpoint} scope="col">{codes.name(endpoint)}</th>
              ))}
              <th scope="col">{t("console.predictions.nearest")}</th>
            </tr>
          </thead>
          <tbody>
            {predicted.molecules.map((molecule, index) => (
              // The list is replaced as a whole and never reordered.
              <Row key={index} number={index + 1} molecule={molecule} model={model} />
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.legend}>{t("console.predictions.legend")}</p>
    </Panel>
  );
}

interface RowProps {
  number: number;
  molecule: PredictedMolecule;
  model: SiteModel;
}

function Row({ number, molecule, model }: RowProps) {
  const { t } = useTranslation();
  const codes = useCodes();
  if (molecule.problem !== null) {
    return (
      <tr>
        <th scope="row">{number}</th>
        <td colSpan={model.endpoints.length + 1} className={classes.error}>
          {codes.failure(molecule.problem)}
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <th scope="row">
        <Picture svg={molecule.picture} label={t("console.predictions.structure", { number })} />
      </th>
      {model.endpoints.map((endpoint) => (
        <td key={endpoint.endpoint}>
          <EndpointCell
            endpoint={endpoint}
            found={molecule.endpoints[endpoint.endpoint]}
            label={t("console.predictions.atoms", { number, endpoint: codes.name(endpoint) })}
          />
        </td>
      ))}
      <td>
        <div className={classes.nearest}>
          {molecule.nearest.map((near) => (
            <Near key={near.name} near={near} model={model} />
          ))}
        </div>
      </td>
    </tr>
  );
}

function Near({ near, model }: { near: Neighbour; model: SiteModel }) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  return (
    <figure className={classes.near}>
      {near.picture && <Picture svg={near.picture} label={near.name} small />}
      <figcaption>
        <span className={classes.name}>{near.name}</span>
        <span>{t("console.predictions.similarity", { value: format.number(near.similarity, 2) })}</span>
        {model.endpoints.map((endpoint) => {
          const value = near.values[endpoint.endpoint];
          if (value === undefined) return null;
          const text = endpoint.binary
            ? t(value > 0.5 ? "console.predictions.label.yes" : "console.predictions.label.no")
            : format.number(value, 2);
          return (
            <span key={endpoint.endpoint}>
              {t("console.predictions.measured", { endpoint: codes.name(endpoint), value: text })}
            </span>
          );
        })}
      </figcaption>
    </figure>
  );
}
