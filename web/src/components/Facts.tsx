import type { ReactNode } from "react";
import classes from "./Facts.module.css";

/** Label and value, one pair a line. */
export function Facts({ items }: { items: [string, ReactNode][] }) {
  return (
    <dl className={classes.list}>
      {items.map(([label, value]) => (
        <div key={label} className={classes.pair}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
