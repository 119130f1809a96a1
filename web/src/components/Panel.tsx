import type { ReactNode } from "react";
import classes from "./Panel.module.css";

interface Props {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  /** Tables touch the border; everything else keeps its distance. */
  flush?: boolean;
  label?: string | undefined;
  children: ReactNode;
}

export function Panel({ title, note, actions, flush = false, label, children }: Props) {
  return (
    <section className={classes.panel} aria-label={label}>
      {(title || actions) && (
        <header className={classes.header}>
          <div className={classes.heading}>
            {title && <h2 className={classes.title}>{title}</h2>}
            {note && <p className={classes.note}>{note}</p>}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </header>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
