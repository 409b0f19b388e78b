"""Linux: one tree of files, packed as .deb, .rpm and .tar.xz."""
