import type { ReactNode } from "react";
import classes from "./Figures.module.css";

export interface Figure {
  label: string;
  value: ReactNode;
  detail?: ReactNode;
}

/** A row of key figures in one hairline frame. */
export function Figures({ items }: { items: Figure[] }) {
  return (
    <dl className={classes.row}>
      {items.map((item) => (
        <div key={item.label} className={classes.cell}>
          <dt className={classes.label}>{item.label}</dt>
          <dd className={classes.value}>{item.value}</dd>
          {item.detail && <dd className={classes.detail}>{item.detail}</dd>}
        </div>
      ))}
    </dl>
  );
}
