"""The parts of others inside Qt's libraries: Qt's wheel contains neither their names nor their licence texts.

Names, licences and notices are those of the files `qt_attribution.json` in Qt's sources (qtbase, qtsvg,
qtwayland). Versions are what the libraries themselves say; those of emoji-segmenter, Keccak and TinyCBOR
are from these files. Where neither states a version, there is none here. Tests search the libraries for the
marks below, so that the list can't fall behind unnoticed. Qt itself is under the LGPL, whose text is in
LICENSE.
"""

from __future__ import annotations

import glob
from dataclasses import dataclass

from installers import product
from installers.parts.inventory import Part

LISTED_FOR = "6.12.0"
"""Compare the list with Qt's `qt_attribution.json` files whenever this version changes."""

KIND = "part of Qt"
NEEDS_NO_TEXT = frozenset({"CC0-1.0", "LicenseRef-PublicDomain", "AFL-2.1 OR GPL-2.0-or-later"})
"""Licences that ask for none; the last one is that of LICENSE.GPL."""

LINUX, WINDOWS, MACOS = "linux", "win32", "darwin"
_EVERYWHERE = (LINUX, WINDOWS, MACOS)


@dataclass(frozen=True, slots=True)
class Inside:
    """One part of Qt's libraries that others wrote."""

    name: str
    version: str
    licence: str
    """SPDX."""
    notice: str
    """Of its authors."""
    systems: tuple[str, ...] = _EVERYWHERE
    """Whose libraries contain it."""
    mark: bytes = b""
    """Found in the libraries of those systems, and in no others; empty if nothing in it can be recognised."""


INSIDE = (
    Inside("Adobe Glyph List", "", "BSD-3-Clause", "Copyright 2002-2019 Adobe (http://www.adobe.com/)"),
    Inside("Apache Tika MIME types", "", "Apache-2.0", "Copyright 2011 The Apache Software Foundation"),
    Inside("BLAKE2", "", "CC0-1.0", "Copyright 2012, Samuel Neves"),
    Inside("Cocoa platform plugin", "", "BSD-3-Clause", "Copyright (c) 2007-2008, Apple, Inc.", (MACOS,)),
    Inside(
        "D3D12 Memory Allocator",
        "",
        "MIT",
        "Copyright (c) 2019-2026 Advanced Micro Devices, Inc. All rights reserved.",
        (WINDOWS,),
        b"D3D12MA",
    ),
    Inside("D3D12 mipmap generator (MiniEngine)", "", "MIT", "Copyright (c) 2015 Microsoft", (WINDOWS,)),
    Inside("double-conversion", "", "BSD-3-Clause", "Copyright 2006-2012, the V8 project authors"),
    Inside("Easing Equations", "", "BSD-3-Clause", "Copyright (c) 2001 Robert Penner"),
    Inside("emoji-segmenter", "0.4.0", "Apache-2.0", "Copyright 2019 Google LLC"),
    Inside("forkfd", "", "MIT", "Copyright (C) 2016 Intel Corporation", (LINUX, MACOS)),
    Inside(
        "FreeBSD strtoll and strtoull",
        "",
        "BSD-3-Clause",
        "Copyright (c) 1992, 1993 The Regents of the University of California\n"
        "Copyright (c) 2011 The FreeBSD Foundation",
    ),
    Inside(
        "FreeType",
        "",
        "FTL",
        "Copyright 2006-2026 David Turner, Robert Wilhelm, Werner Lemberg\n"
        "Copyright 2000-2002 Francesco Zappa Nardelli (BDF and PCF)",
        (WINDOWS, MACOS),
        b"autofitter",
    ),
    Inside(
        "FreeType rasterizer", "", "FTL", "Copyright 2000-2016 David Turner, Robert Wilhelm, Werner Lemberg"
    ),
    Inside(
        "HarfBuzz",
        "14.5.0",
        "MIT-Modern-Variant",
        "Copyright 2010-2023 Google, Red Hat, Behdad Esfahbod and others",
        mark=b"HB_SHAPER_LIST",
    ),
    Inside(
        "ICU",
        "73",
        "Unicode-DFS-2016",
        "Copyright (c) 1991-2023 Unicode, Inc. All rights reserved.",
        (LINUX,),
        b"icudt73",
    ),
    Inside(
        "Imlib2 smooth scaling",
        "",
        "BSD-2-Clause",
        "Copyright (C) 2004, 2005 Daniel M. Duley\n(C) Carsten Haitzler and various contributors",
    ),
    Inside("Keccak (SHA-3)", "3.2", "CC0-1.0", "G. Bertoni, J. Daemen, M. Peeters, G. Van Assche"),
    Inside("Keccak byte order", "", "BSD-2-Clause", "Copyright (c) 1998-2013, Brian Gladman"),
    Inside(
        "libdbus headers",
        "",
        "AFL-2.1 OR GPL-2.0-or-later",
        "Copyright (C) 2002, 2003 CodeFactory AB\nCopyright (C) 2004, 2005 Red Hat, Inc.",
        (LINUX, MACOS),
    ),
    Inside(
        "libpng",
        "1.6.58",
        "libpng-2.0",
        "Copyright (c) 1995-2026 The PNG Reference Library Authors",
        mark=b"1.6.58",
    ),
    Inside("MD4C", "", "MIT", "Copyright (c) 2016-2024 Martin Mitas"),
    Inside("MD4, MD5, SHA-1", "", "LicenseRef-PublicDomain", "Alexander Peslyak, Dominik Reichl and others"),
    Inside(
        "Microsoft Visual C++ runtime",
        "14.44.35211.0",
        "LicenseRef-Microsoft-Visual-Cpp-Runtime",
        "Copyright (c) Microsoft Corporation. All rights reserved.",
        (WINDOWS,),
    ),
    Inside("OpenGL and EGL headers", "", "MIT", "Copyright (c) 2007-2024 The Khronos Group Inc."),
    Inside(
        "PCRE2",
        "10.48",
        "BSD-3-Clause",
        "Copyright (c) 1997-2007 University of Cambridge\nCopyright (c) 2007-2024 Philip Hazel",
        mark=b"10.48 2026-08-31",
    ),
    Inside("RFC 6234", "", "BSD-3-Clause", "Copyright (c) 2011 IETF Trust and the authors of the code"),
    Inside("SipHash", "", "CC0-1.0", "Copyright (C) 2012-2014 Jean-Philippe Aumasson, Daniel J. Bernstein"),
    Inside("SLJIT", "10.48", "BSD-2-Clause", "Copyright Zoltan Herczeg", mark=b"10.48 2026-08-31"),
    Inside(
        "sRGB colour profile",
        "2015",
        "LicenseRef-ICC-License",
        "Copyright International Color Consortium, 2015",
        mark=b"Copyright International Color Consortium, 2015",
    ),
    Inside("TinyCBOR", "0.6.0", "MIT", "Copyright (C) 2015-2021 Intel Corporation"),
    Inside(
        "Unicode Character Database",
        "17.0.0",
        "Unicode-DFS-2016",
        "Copyright (c) 1991-2025 Unicode, Inc.",
        mark=b"17.0.0\0",
    ),
    Inside("Unicode CLDR", "", "Unicode-DFS-2016", "Copyright (c) 1991-2025 Unicode, Inc."),
    Inside(
        "Vulkan API registry",
        "",
        "MIT",
        "Copyright (c) 2015-2024 The Khronos Group Inc.",
        (LINUX, WINDOWS),
        b"vkCreateDevice",
    ),
    Inside(
        "Vulkan Memory Allocator",
        "",
        "MIT",
        "Copyright (c) 2017-2024 Advanced Micro Devices, Inc.",
        (LINUX, WINDOWS),
        b"VmaBlock",
    ),
    Inside(
        "Wayland protocols",
        "",
        "MIT",
        "Copyright (c) 2008-2024 Kristian Hoegsberg, Collabora, Red Hat and others",
        (LINUX,),
        b"xdg_wm_base",
    ),
    Inside("WebGradients", "", "MIT", "Copyright (c) 2017 itmeo", mark=b"WarmFlame"),
    Inside(
        "Wintab",
        "",
        "LicenseRef-LCS-Telegraphics",
        "Copyright 1991-1998 by LCS/Telegraphics",
        (WINDOWS,),
        "wintab32".encode("utf-16-le"),
    ),
    Inside(
        "X server helper",
        "",
        "X11",
        "Copyright (c) 1987, 1988 X Consortium\n"
        "Copyright 1987, 1988 by Digital Equipment Corporation, Maynard, Massachusetts",
    ),
    Inside(
        "XCB XInput",
        "",
        "MIT",
        "Copyright (C) 2001-2006 Bart Massey, Jamey Sharp, Josh Triplett\n"
        "Copyright (C) 2006 Peter Hutterer\nCopyright (C) 2013 Daniel Martin",
        (LINUX,),
        b"XInputExtension",
    ),
    Inside("XSVG", "", "HPND-sell-variant", "Copyright 2002 USC/Information Sciences Institute", (LINUX,)),
    Inside(
        "zlib",
        "",
        "Zlib",
        "Copyright (C) 1995-2024 Jean-loup Gailly and Mark Adler",
        (WINDOWS,),
        b"incorrect header check",
    ),
)


def parts(platform: str) -> list[Part]:
    """Return those in a bundle for `platform`, like its other parts, with the texts of their licences."""
    return [
        Part(KIND, one.name, one.version, one.licence, tuple(filter(None, (one.notice, _text(one.licence)))))
        for one in INSIDE
        if platform in one.systems
    ]


def _text(licence: str) -> str:
    if licence in NEEDS_NO_TEXT:
        return ""
    (path,) = glob.glob(product.inside("installers", "parts", "licences", "*", f"{licence}.txt"))
    with open(path, encoding="utf-8") as file:
        return file.read().strip()
