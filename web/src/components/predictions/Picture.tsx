import classes from "./Predictions.module.css";

interface Props {
  svg: string | null;
  label: string;
  small?: boolean;
}

/** A drawing that this machine made; as an image it can run nothing. */
export function Picture({ svg, label, small = false }: Props) {
  if (svg === null) return <span>{label}</span>;
  return (
    <img
      className={classes.picture}
      data-small={small}
      alt={label}
      src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`}
    />
  );
}
