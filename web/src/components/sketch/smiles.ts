import { Molecule } from "openchemlib";
import { read, written, type TextBond } from "./text-bonds";

/**
 * A drawing as SMILES; empty for an empty one, `null` where its double bonds cannot be told.
 *
 * The library writes `/` and `\` at both neighbours of a double bond's end such that they contradict
 * each other for other readers, so they are set anew here, from the geometry of what it reads back.
 */
export function smilesOf(molecule: Molecule): string | null {
  for (const kekulizedOutput of [false, true]) {
    const text = molecule.toIsomericSmiles({ kekulizedOutput });
    if (!/[/\\]/.test(text)) return text;
    const back = Molecule.fromSmiles(text);
    const marked = withMarks(text, back);
    if (marked !== null && Molecule.fromSmiles(marked).getIDCode() === back.getIDCode()) {
      return marked;
    }
  }
  return null;
}

/** A neighbour of one end of a double bond: its bond in the text, and on which side it lies. */
interface Neighbour {
  bond: TextBond;
  /** 1 or -1: left or right of the double bond, times the direction of the bond in the text. */
  side: number;
}

/** The text with one mark for each end of each double bond whose geometry is known. */
function withMarks(text: string, molecule: Molecule): string | null {
  const smiles = read(text);
  const atoms = smiles?.atoms.length === molecule.getAllAtoms() ? smiles : null;
  if (atoms === null) return null;
  molecule.ensureHelperArrays(Molecule.cHelperCIP);
  const known = allBonds(molecule).filter((bond) => [1, 2].includes(molecule.getBondParity(bond)));
  const ends = known.map((bond) => endsOf(molecule, bond, atoms.bonds));
  const uses = new Map<TextBond, number>();
  for (const { bond } of ends.flat(2)) uses.set(bond, (uses.get(bond) ?? 0) + 1);
  const chosen = ends.map((pair) =>
    pair.flatMap((candidates) => {
      // A bond between two of the double bonds counts for both of them, whether marked for one only.
      const shared = candidates.filter(({ bond }) => (uses.get(bond) ?? 0) > 1);
      return shared.length > 0 ? shared : candidates.slice(0, 1);
    }),
  );
  const signs = agreed(chosen);
  return signs && written(atoms, signs);
}

function allBonds(molecule: Molecule): number[] {
  return Array.from({ length: molecule.getAllBonds() }, (_, bond) => bond);
}

function endsOf(molecule: Molecule, double: number, bonds: TextBond[]): Neighbour[][] {
  const [left, right] = [molecule.getBondAtom(0, double), molecule.getBondAtom(1, double)];
  const along = [
    molecule.getAtomX(right) - molecule.getAtomX(left),
    molecule.getAtomY(right) - molecule.getAtomY(left),
  ] as const;
  return [left, right].map((end) =>
    bonds.flatMap((bond) => {
      if (bond.from !== end && bond.to !== end) return [];
      const other = bond.from === end ? bond.to : bond.from;
      const order = molecule.getBond(end, other);
      if (other === left || other === right || molecule.getBondOrder(order) !== 1) return [];
      if (molecule.isAromaticBond(order)) return [];
      const away = [
        molecule.getAtomX(other) - molecule.getAtomX(end),
        molecule.getAtomY(other) - molecule.getAtomY(end),
      ] as const;
      const side = Math.sign(along[0] * away[1] - along[1] * away[0]);
      return [{ bond, side: bond.from === end ? side : -side }];
    }),
  );
}

/** A direction for each chosen bond that suits every double bond; `null` where none does. */
function agreed(doubles: Neighbour[][]): Map<TextBond, number> | null {
  const signs = new Map<TextBond, number>();
  const waiting = new Set(doubles);
  while (waiting.size > 0) {
    // One that has a directed bond already follows it; another may take either direction.
    const next = [...waiting].find((each) => each.some(({ bond }) => signs.has(bond)));
    const [double = []] = next ? [next] : waiting;
    waiting.delete(double);
    const told = double.find(({ bond }) => signs.has(bond));
    const frame = told ? (signs.get(told.bond) ?? 1) * told.side : 1;
    for (const { bond, side } of double) {
      const before = signs.get(bond);
      if (before !== undefined && before !== frame * side) return null;
      signs.set(bond, frame * side);
    }
  }
  return signs;
}
