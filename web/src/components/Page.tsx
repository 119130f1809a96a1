import type { ReactNode } from "react";
import classes from "./Page.module.css";

interface Props {
  title: ReactNode;
  above?: ReactNode;
  status?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, above, status, note, actions, children }: Props) {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          {above && <div className={classes.above}>{above}</div>}
          <div className={classes.line}>
            <h1 className={classes.title}>{title}</h1>
            {status}
          </div>
          {note && <p className={classes.note}>{note}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
