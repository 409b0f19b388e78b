"""A release: its checksums, and the manifests of the package collections."""
