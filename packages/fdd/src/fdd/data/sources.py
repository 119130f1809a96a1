"""Readers of the public data sets, as they lie in the folder that ``FDD_DATA_DIR`` names.

The folder holds ``MANIFEST.csv`` (dataset, file, …, sha256_of_original_bytes) and one folder per
data set; every file is checked against its sum before it is read. Nothing here fetches anything.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import os
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

from fdd.data.errors import NoDataError
from fdd.data.mapping import ColumnMapping, ValueColumn
from fdd.data.readers import read_table
from fdd.data.table import Table, joined

__all__ = ["SOURCES", "Source", "load", "public_data_directory", "verified"]


@dataclass(frozen=True, slots=True)
class Source:
    """One public data set.

    Attributes:
        files: Paths below the data folder, read as one table.
        mapping: How its columns are read.
    """

    files: tuple[str, ...]
    mapping: ColumnMapping = field(repr=False)


def _tdc(folder: str, endpoint: str, unit: str = "") -> Source:
    value = ValueColumn(column="Y", endpoint=endpoint, unit=unit)
    return Source(
        tuple(f"tdc_admet_group/{folder}/{part}.csv" for part in ("train_val", "test")),
        ColumnMapping(structure="Drug", identifier="Drug_ID", values=(value,)),
    )


def _pharmabench(name: str, endpoint: str, unit: str = "") -> Source:
    """Units are those that the values show; the publisher's table contradicts its files."""
    value = ValueColumn(column="value", endpoint=endpoint, unit=unit)
    return Source(
        (f"pharmabench/final_datasets/{name}_final_data.csv",),
        ColumnMapping(structure="Smiles_unify", values=(value,)),
    )


_TOX21: Final = (
    "NR-AR", "NR-AR-LBD", "NR-AhR", "NR-Aromatase", "NR-ER", "NR-ER-LBD", "NR-PPAR-gamma",
    "SR-ARE", "SR-ATAD5", "SR-HSE", "SR-MMP", "SR-p53",
)  # fmt: skip

SOURCES: Final[dict[str, Source]] = {
    "ames": _tdc("ames", "ames.mutagenicity"),
    "bbb_martins": _tdc("bbb_martins", "bbb.penetration"),
    "bioavailability_ma": _tdc("bioavailability_ma", "bioavailability.oral"),
    "caco2_wang": _tdc("caco2_wang", "caco2.papp", "log10(cm/s)"),
    "clearance_hepatocyte_az": _tdc(
        "clearance_hepatocyte_az", "clearance.hepatocyte.human", "uL/min/10^6 cells"
    ),
    "clearance_microsome_az": _tdc(
        "clearance_microsome_az", "clearance.microsome.human", "uL/min/mg"
    ),
    "cyp2c9_substrate_carbonmangels": _tdc("cyp2c9_substrate_carbonmangels", "cyp2c9.substrate"),
    "cyp2c9_veith": _tdc("cyp2c9_veith", "cyp2c9.inhibition"),
    "cyp2d6_substrate_carbonmangels": _tdc("cyp2d6_substrate_carbonmangels", "cyp2d6.substrate"),
    "cyp2d6_veith": _tdc("cyp2d6_veith", "cyp2d6.inhibition"),
    "cyp3a4_substrate_carbonmangels": _tdc("cyp3a4_substrate_carbonmangels", "cyp3a4.substrate"),
    "cyp3a4_veith": _tdc("cyp3a4_veith", "cyp3a4.inhibition"),
    "dili": _tdc("dili", "dili.risk"),
    "half_life_obach": _tdc("half_life_obach", "half-life.human", "h"),
    "herg": _tdc("herg", "herg.inhibition"),
    "hia_hou": _tdc("hia_hou", "absorption.intestinal"),
    "ld50_zhu": _tdc("ld50_zhu", "ld50.rat", "log10(1/(mol/kg))"),
    "lipophilicity_astrazeneca": _tdc("lipophilicity_astrazeneca", "lipophilicity.logd74"),
    "pgp_broccatelli": _tdc("pgp_broccatelli", "pgp.inhibition"),
    "ppbr_az": _tdc("ppbr_az", "ppb.bound", "% bound"),
    "solubility_aqsoldb": _tdc("solubility_aqsoldb", "solubility.aqueous", "log10(mol/L)"),
    "vdss_lombardo": _tdc("vdss_lombardo", "vdss.human", "L/kg"),
    "pharmabench_ames": _pharmabench("ames_cls", "ames.mutagenicity"),
    "pharmabench_bbb": _pharmabench("bbb_cls", "bbb.penetration"),
    "pharmabench_cyp2c9": _pharmabench("cyp_2c9_reg", "cyp2c9.pic50", "uM"),
    "pharmabench_cyp2d6": _pharmabench("cyp_2d6_reg", "cyp2d6.pic50", "uM"),
    "pharmabench_cyp3a4": _pharmabench("cyp_3a4_reg", "cyp3a4.pic50", "uM"),
    "pharmabench_clearance_human": _pharmabench(
        "hum_mic_cl_reg", "clearance.microsome.human", "log10(mL/min/g)"
    ),
    "pharmabench_clearance_mouse": _pharmabench(
        "mou_mic_cl_reg", "clearance.microsome.mouse", "log10(mL/min/g)"
    ),
    "pharmabench_clearance_rat": _pharmabench(
        "rat_mic_cl_reg", "clearance.microsome.rat", "log10(mL/min/g)"
    ),
    "pharmabench_logd": _pharmabench("logd_reg", "lipophilicity.logd74"),
    "pharmabench_ppb": _pharmabench("ppb_reg", "ppb.bound", "fraction"),
    "pharmabench_solubility": _pharmabench("water_sol_reg", "solubility.aqueous", "log10(nM)"),
    "tox21": Source(
        ("tox21/tox21.csv.gz",),
        ColumnMapping(
            structure="smiles",
            identifier="mol_id",
            values=tuple(
                ValueColumn(column=name, endpoint=f"tox21.{name.lower()}") for name in _TOX21
            ),
        ),
    ),
    "b3db_logbb": Source(
        ("b3db/B3DB_regression.tsv",),
        ColumnMapping(
            structure="SMILES",
            identifier="NO.",
            values=(ValueColumn(column="logBB", endpoint="bbb.logbb"),),
        ),
    ),
    "cyp_chembl": Source(
        ("pharmabench/raw_data/chembl_cyp_raw_data.csv.gz",),
        ColumnMapping(
            structure="Smiles",
            identifier="Molecule ChEMBL ID",
            assay="Assay Description",
            date="Document Year",
            values=(
                ValueColumn(
                    column="Standard Value",
                    endpoint="cyp3a4.pic50",
                    unit_column="Standard Units",
                    qualifier_column="Standard Relation",
                ),
            ),
        ),
    ),
    "ppb_chembl": Source(
        ("pharmabench/raw_data/chembl_ppb_raw_data.csv.gz",),
        ColumnMapping(
            structure="Smiles",
            identifier="Molecule ChEMBL ID",
            assay="Assay Description",
            date="Document Year",
            values=(
                ValueColumn(
                    column="Standard Value",
                    endpoint="ppb.bound",
                    unit_column="Standard Units",
                    qualifier_column="Standard Relation",
                ),
            ),
        ),
    ),
    "herg_chembl": Source(
        ("herg_chembl_raw/ChEMBL_hERG.csv.gz",),
        ColumnMapping(
            structure="canonical_smiles",
            identifier="mol_chembl_id",
            assay="description",
            values=(
                ValueColumn(
                    column="standard_value",
                    endpoint="herg.pic50",
                    unit_column="standard_units",
                    qualifier_column="standard_relation",
                ),
            ),
        ),
    ),
}
"""Name → source. The units are part of the reading, not of the files."""


def public_data_directory() -> Path:
    """The folder that ``FDD_DATA_DIR`` names.

    Raises:
        NoDataError: if the variable is not set or the folder has no manifest.
    """
    named = os.environ.get("FDD_DATA_DIR", "")
    directory = Path(named)
    if not named or not (directory / "MANIFEST.csv").is_file():
        raise NoDataError(
            "FDD_DATA_DIR does not name a folder with the public data",
            hint="Run 'fdd demo' once to download them, or set FDD_DATA_DIR to their folder",
        )
    return directory


def load(name: str, directory: Path | None = None) -> tuple[Table, ColumnMapping]:
    """Read a public data set after checking its sums.

    Args:
        name: A key of ``SOURCES``.
        directory: The data folder; ``FDD_DATA_DIR`` if not given.

    Raises:
        NoDataError: if there is no such set, or a file is missing or has another sum.
    """
    source = SOURCES.get(name)
    if source is None:
        near = get_close_matches(name, SOURCES, n=3)
        raise NoDataError(
            f"There is no public data set '{name[:64]}'",
            hint=f"Choose one of: {', '.join(near or sorted(SOURCES))}",
            source=name[:64],
        )
    folder = directory or public_data_directory()
    tables = [verified(folder, path) for path in source.files]
    return joined(name, tables), source.mapping


def verified(folder: Path, relative: str) -> Table:
    """Read one file of the data folder after checking its sum.

    Raises:
        NoDataError: if it is missing or has another sum.
    """
    path = folder / relative
    expected = _sums(folder / "MANIFEST.csv").get(relative)
    if expected is None or not path.is_file():
        raise NoDataError(
            f"The public file {relative} is not in the data folder",
            hint="Run 'fdd demo' once to download it",
            file=relative,
        )
    content = path.read_bytes()
    # The sum is that of the published file, which some sets publish packed and some plain.
    forms = [content] + ([gzip.decompress(content)] if path.suffix == ".gz" else [])
    if expected not in {hashlib.sha256(form).hexdigest() for form in forms}:
        raise NoDataError(
            f"The public file {relative} is not the one the manifest names",
            hint="Delete it and download it again",
            file=relative,
        )
    return read_table(path)


@cache
def _sums(manifest: Path) -> dict[str, str]:
    with manifest.open(encoding="utf-8", newline="") as file:
        return {
            f"{row['dataset']}/{row['file']}": row["sha256_of_original_bytes"]
            for row in csv.DictReader(file)
        }
