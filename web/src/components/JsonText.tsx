import classes from "./JsonText.module.css";

/** JSON as a person reads it. */
export function JsonText({ value }: { value: unknown }) {
  return (
    <pre className={classes.json} tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  );
}
