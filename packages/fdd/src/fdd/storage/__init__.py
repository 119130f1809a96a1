"""Where blobs are kept: the port and the directory adapter; ``s3`` needs the extra of that name."""

from fdd.storage.blobs import BlobStore, copy_blob, read_blob, write_blob
from fdd.storage.directory import DirectoryStore

__all__ = ["BlobStore", "DirectoryStore", "copy_blob", "read_blob", "write_blob"]
