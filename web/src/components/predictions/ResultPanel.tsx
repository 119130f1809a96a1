import { useTranslation } from "react-i18next";
import type { ReactNode } from "react";
import type { Neighbour, Predicted, PredictedEndpoint, PredictedMolecule } from "@/api/predictions";
import { Panel } from "@/components/Panel";
import table from "@/components/table.module.css";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { EndpointCell } from "./EndpointCell";
import { Picture } from "./Picture";
import classes from "./Predictions.module.css";

interface Props {
  endpoints: PredictedEndpoint[];
  predicted: Predicted;
  /** What the figures mean, and how far to trust them. */
  legend: string;
  actions?: ReactNode;
}

/** One molecule a row: what is predicted, how far to trust it, and what the site knows nearby. */
export function ResultPanel({ endpoints, predicted, legend, actions }: Props) {
  const { t } = useTranslation();
  const codes = useCodes();
  const format = useFormat();
  const near = predicted.molecules.some((molecule) => molecule.nearest.length > 0);
  return (
    <Panel
      title={t("predictions.results")}
      note={t("predictions.took", { seconds: format.number(predicted.seconds, 2) })}
      actions={actions}
      flush
    >
      <div
        className={table.scroll}
        tabIndex={0}
        role="region"
        aria-label={t("predictions.results")}
      >
        <table
          className={`${table.table} ${classes.results}`}
          data-narrow={!near && endpoints.length === 1}
        >
          <thead>
            <tr>
              <th scope="col">{t("predictions.molecule")}</th>
              {endpoints.map((endpoint) => (
                <th key={endpoint.endpoint} scope="col">{codes.name(endpoint)}</th>
              ))}
              {near && <th scope="col">{t("predictions.nearest")}</th>}
            </tr>
          </thead>
          <tbody>
            {predicted.molecules.map((molecule, index) => (
              // The list is replaced as a whole and never reordered.
              <Row key={index} number={index + 1} molecule={molecule} endpoints={endpoints} near={near} />
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.legend}>{legend}</p>
    </Panel>
  );
}

interface RowProps {
  number: number;
  molecule: PredictedMolecule;
  endpoints: PredictedEndpoint[];
  near: boolean;
}

function Row({ number, molecule, endpoints, near }: RowProps) {
  const { t } = useTranslation();
  const codes = useCodes();
  if (molecule.problem !== null) {
    return (
      <tr>
        <th scope="row">{number}</th>
        <td colSpan={endpoints.length + Number(near)} className={classes.error}>
          {codes.failure(molecule.problem)}
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <th scope="row">
        <Picture svg={molecule.picture} label={t("predictions.structure", { number })} />
      </th>
      {endpoints.map((endpoint) => (
        <td key={endpoint.endpoint}>
          <EndpointCell
            endpoint={endpoint}
            found={molecule.endpoints[endpoint.endpoint]}
            label={t("predictions.atoms", { number, endpoint: codes.name(endpoint) })}
          />
        </td>
      ))}
      {near && (
        <td>
          <div className={classes.nearest}>
            {molecule.nearest.map((found) => (
              <Near key={found.name} near={found} endpoints={endpoints} />
            ))}
          </div>
        </td>
      )}
    </tr>
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
