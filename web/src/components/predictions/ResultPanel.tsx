import { useTranslation } from "react-i18next";
import type { ReactNode } from "react";
import type { Predicted, PredictedEndpoint, PredictedMolecule } from "@/api/predictions";
import { Panel } from "@/components/Panel";
import { useFormat } from "@/format/use-format";
import { useCodes } from "@/i18n/codes";
import { EndpointCell } from "./EndpointCell";
import { NearestList } from "./NearestList";
import { Picture } from "./Picture";
import classes from "./Predictions.module.css";
import type { Asked } from "./text";

interface Props {
  endpoints: PredictedEndpoint[];
  asked: readonly Asked[];
  predicted: Predicted;
  /** What the figures mean, and how far to trust them. */
  legend: string;
  actions?: ReactNode;
}

/** Molecule by molecule: what is predicted, how far to trust it, and what the site knows nearby. */
export function ResultPanel({ endpoints, asked, predicted, legend, actions }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel
      title={t("predictions.results")}
      note={t("predictions.took", { seconds: format.number(predicted.seconds, 2) })}
      actions={actions}
      flush
    >
      <ol className={classes.results}>
        {predicted.molecules.map((molecule, index) => (
          // The list is replaced as a whole and never reordered.
          <li key={index} className={classes.molecule}>
            <Molecule
              number={index + 1}
              name={asked[index]?.name ?? ""}
              molecule={molecule}
              endpoints={endpoints}
            />
          </li>
        ))}
      </ol>
      <p className={classes.legend}>{legend}</p>
    </Panel>
  );
}

interface MoleculeProps {
  number: number;
  name: string;
  molecule: PredictedMolecule;
  endpoints: PredictedEndpoint[];
}

function Molecule({ number, name, molecule, endpoints }: MoleculeProps) {
  const { t } = useTranslation();
  const codes = useCodes();
  const heading = name ? `${number}. ${name}` : t("predictions.structure", { number });
  if (molecule.problem !== null) {
    return (
      <>
        <h3 className={classes.heading}>{heading}</h3>
        <p className={classes.error}>{codes.failure(molecule.problem)}</p>
      </>
    );
  }
  return (
    <>
      <div className={classes.structure}>
        <h3 className={classes.heading}>{heading}</h3>
        <Picture svg={molecule.picture} label={heading} />
      </div>
      <dl className={classes.values}>
        {endpoints.map((endpoint) => (
          <div key={endpoint.endpoint}>
            <dt className={classes.heading}>{codes.name(endpoint)}</dt>
            <dd>
              <EndpointCell
                endpoint={endpoint}
                found={molecule.endpoints[endpoint.endpoint]}
                label={t("predictions.atoms", { number, endpoint: codes.name(endpoint) })}
              />
            </dd>
          </div>
        ))}
      </dl>
      <NearestList nearest={molecule.nearest} endpoints={endpoints} />
    </>
  );
}
