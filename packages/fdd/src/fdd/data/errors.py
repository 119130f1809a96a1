"""Errors of data: what stops a file, a mapping or a dataset as a whole. A bad row is kept aside."""

from __future__ import annotations

from fdd.core.errors import ExitCode, FddError

__all__ = [
    "CatalogueError",
    "DatasetFormatError",
    "EmptyFileError",
    "FileFormatError",
    "FileTooLargeError",
    "MappingError",
    "NamesNotStructuresError",
    "NoDataError",
    "UnitError",
    "UnknownEndpointError",
    "UnmappedError",
]


class UnknownEndpointError(FddError):
    """An endpoint is named that the catalogue does not hold."""

    code = "FDD-1310"
    status = 422
    exit_code = ExitCode.USAGE
    title = "No such endpoint"


class CatalogueError(FddError):
    """A catalogue file is not valid."""

    code = "FDD-1311"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The endpoint catalogue is not valid"


class UnitError(FddError):
    """A unit is unknown or cannot become the unit asked for."""

    code = "FDD-1312"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The unit does not fit"


class FileFormatError(FddError):
    """A file is not what its name says, or is damaged."""

    code = "FDD-1320"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The file cannot be read"


class EmptyFileError(FddError):
    """A file holds no rows."""

    code = "FDD-1321"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The file holds no rows"


class FileTooLargeError(FddError):
    """A file is larger than the limits allow, packed or unpacked."""

    code = "FDD-1322"
    status = 413
    exit_code = ExitCode.USAGE
    title = "The file is too large"


class MappingError(FddError):
    """Columns of a table do not serve as the mapping says."""

    code = "FDD-1323"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The columns do not fit"


class DatasetFormatError(FddError):
    """A stored dataset is damaged or was written by something else."""

    code = "FDD-1324"
    status = 422
    exit_code = ExitCode.NO
    title = "The stored dataset cannot be read"


class NoDataError(FddError):
    """Public data are asked for that are not on this machine."""

    code = "FDD-1325"
    status = 404
    exit_code = ExitCode.NO
    title = "The public data are not here"


class UnmappedError(FddError):
    """The columns of a file do not say what they hold."""

    code = "FDD-1326"
    status = 422
    exit_code = ExitCode.USAGE
    title = "It is not clear which column holds what"


class NamesNotStructuresError(FddError):
    """A file names substances but gives no structures."""

    code = "FDD-1327"
    status = 422
    exit_code = ExitCode.USAGE
    title = "The file holds names instead of structures"
