"""Bytes between site and hub: messages, tensors, signatures, versions.

Nothing is imported here: a message does not wait for what tensors need.
"""
