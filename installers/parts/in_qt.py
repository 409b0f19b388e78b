"""The parts of others inside Qt's libraries: Qt's wheel contains neither their names nor their licence texts.

Only parts of the libraries that are included (`installers.frozen.qt.kept`), as Qt's documentation lists them
("Third-Party Code Used in Qt"). Compare them with that page whenever the version of Qt changes. Qt itself is
under the LGPL, whose text is in LICENSE.
"""

from __future__ import annotations

from installers import product
from installers.parts.inventory import Part

KIND = "part of Qt"
NEEDS_NO_TEXT = frozenset({"CC0-1.0", "LicenseRef-PublicDomain"})

_PARTS = (
    ("Adobe Glyph List", "BSD-3-Clause", "Copyright 2002-2019 Adobe (http://www.adobe.com/)"),
    ("Apache Tika MIME types", "Apache-2.0", "Copyright 2011 The Apache Software Foundation"),
    ("BLAKE2", "CC0-1.0", "Copyright 2012 Samuel Neves"),
    ("double-conversion", "BSD-3-Clause", "Copyright 2006-2012, the V8 project authors"),
    ("Easing Equations", "BSD-3-Clause", "Copyright (c) 2001 Robert Penner"),
    ("emoji-segmenter", "Apache-2.0", "Copyright 2019 Google LLC"),
    ("forkfd", "MIT", "Copyright (C) 2016 Intel Corporation"),
    (
        "FreeType rasterizer",
        "FTL",
        "Copyright 2000-2003 David Turner, Robert Wilhelm, Werner Lemberg",
    ),
    (
        "HarfBuzz",
        "MIT-Modern-Variant",
        "Copyright 2010-2023 Google, Red Hat, Behdad Esfahbod and others",
    ),
    ("ICU", "Unicode-DFS-2016", "Copyright (c) 1991-2023 Unicode, Inc. All rights reserved."),
    ("Imlib2 smooth scaling", "BSD-2-Clause", "Copyright (C) 2004, 2005 Daniel M. Duley"),
    ("Keccak (SHA-3)", "CC0-1.0", "The Keccak team"),
    ("libpng", "libpng-2.0", "Copyright (c) 1995-2025 The PNG Reference Library Authors"),
    ("MD4C", "MIT", "Copyright (c) 2016-2024 Martin Mitas"),
    ("MD4, MD5, SHA-1", "LicenseRef-PublicDomain", "Alexander Peslyak, Dominik Reichl and others"),
    ("OpenGL, EGL and Vulkan headers", "MIT", "Copyright (c) 2007-2024 The Khronos Group Inc."),
    ("PCRE2", "BSD-3-Clause", "Copyright (c) 1997-2024 University of Cambridge. Written by Philip Hazel."),
    ("SLJIT", "BSD-2-Clause", "Copyright (c) 2009-2024 Zoltan Herczeg"),
    (
        "RFC 6234",
        "BSD-3-Clause",
        "Copyright (c) 2011 IETF Trust and the authors of the code",
    ),
    ("SipHash", "CC0-1.0", "Jean-Philippe Aumasson, Daniel J. Bernstein"),
    ("TinyCBOR", "MIT", "Copyright (C) 2021 Intel Corporation"),
    ("Unicode Character Database and CLDR", "Unicode-DFS-2016", "Copyright (c) 1991-2024 Unicode, Inc."),
    ("Vulkan Memory Allocator", "MIT", "Copyright (c) 2017-2024 Advanced Micro Devices, Inc."),
    (
        "Wayland protocols",
        "MIT",
        "Copyright (c) 2008-2024 Kristian Hoegsberg, Collabora, Red Hat and others",
    ),
    ("WebGradients", "MIT", "Copyright (c) 2017 itmeo"),
    ("X server helper", "MIT", "Copyright 1985-2009 The Open Group, Red Hat, Inc. and others"),
    ("XSVG", "HPND", "Copyright (c) 2002 USC/Information Sciences Institute"),
)
"""Name, licence (SPDX) and the notice of its authors."""


def parts() -> list[Part]:
    """Return them like every other part of a bundle, each with the text of its licence."""
    return [
        Part(KIND, name, "", licence, tuple(filter(None, (copyright_, _text(licence)))))
        for name, licence, copyright_ in _PARTS
    ]


def _text(licence: str) -> str:
    if licence in NEEDS_NO_TEXT:
        return ""
    path = product.inside("installers", "parts", "licences", f"{licence}.txt")
    with open(path, encoding="utf-8") as file:
        return file.read().strip()
