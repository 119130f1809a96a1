/** A bond as it stands in a SMILES: from the atom that is written first to the later one. */
export interface TextBond {
  from: number;
  to: number;
  /** The token before which its direction is written. */
  at: number;
}

export interface Tokens {
  tokens: string[];
  /** Texts of the atoms in order. */
  atoms: string[];
  bonds: TextBond[];
}

const TOKEN = /\[[^\]]*\]|Br|Cl|[BCNOPSFI*bcnops]|%\d\d|\d|[-=#$:~().]/g;

/** Atoms and bonds of a SMILES without its `/` and `\`; `null` for what is none. */
export function read(smiles: string): Tokens | null {
  const plain = smiles.replaceAll(/[/\\]/g, "");
  const tokens = plain.match(TOKEN) ?? [];
  if (tokens.join("") !== plain) return null;
  const atoms: string[] = [];
  const bonds: TextBond[] = [];
  const opened = new Map<string, { atom: number; at: number }>();
  const branches: number[] = [];
  let last = -1;
  tokens.forEach((token, at) => {
    if (token === "(") branches.push(last);
    else if (token === ")") last = branches.pop() ?? -1;
    else if (token === ".") last = -1;
    else if (/^[%\d]/.test(token)) {
      const ring = opened.get(token);
      opened.delete(token);
      if (ring) bonds.push({ from: ring.atom, to: last, at: ring.at });
      else opened.set(token, { atom: last, at });
    } else if (!/^[-=#$:~]/.test(token)) {
      atoms.push(token);
      if (last >= 0) bonds.push({ from: last, to: atoms.length - 1, at });
      last = atoms.length - 1;
    }
  });
  return { tokens, atoms, bonds };
}

/** The SMILES with a direction at some bonds: 1 where the later atom lies above the earlier one. */
export function written({ tokens }: Tokens, signs: Map<TextBond, number>): string {
  const marks = new Map([...signs].map(([{ at }, sign]) => [at, sign > 0 ? "/" : "\\"]));
  return tokens
    .map((token, at) => (token === "-" && marks.has(at + 1) ? "" : (marks.get(at) ?? "") + token))
    .join("");
}
