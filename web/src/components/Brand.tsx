import classes from "./Shell.module.css";

/** The mark: sites on a ring, one shared model in the middle. */
export function BrandMark({ size = 26 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" className={classes.mark}>
      <circle cx="16" cy="16" r="11" fill="none" stroke="currentColor" strokeWidth="1.6" opacity=".45" />
      <circle cx="16" cy="16" r="4.4" fill="currentColor" />
      <circle cx="16" cy="5" r="3" fill="currentColor" />
      <circle cx="25.5" cy="21.5" r="3" fill="currentColor" />
      <circle cx="6.5" cy="21.5" r="3" fill="currentColor" />
    </svg>
  );
}
