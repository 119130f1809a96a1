"""The application: all slices put together, and the command line."""
