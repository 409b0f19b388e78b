"""The panels of X that a desktop of the rig can have: Xfce's and MATE's (GTK), and LXQt's (Qt)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from tests.integration.desktop.rig.display.look import ICONS, Look

HEIGHT = 32
"""Of a panel, in logical pixels."""


class Panel(Protocol):
    """A kind of panel."""

    @property
    def desktop_name(self) -> str:
        """The value of XDG_CURRENT_DESKTOP."""

    @property
    def command(self) -> list[str]:
        """The command that starts it."""

    @property
    def settings_backend(self) -> str:
        """GSettings backend of its programs: `memory`, or `keyfile`, which `configure` can write."""

    def configure(self, config_home: str, look: Look) -> None:
        """Write its settings."""


_XFCE = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="{dark}"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="{height}"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="icon-size" type="int" value="22"/>
      <property name="square-icons" type="bool" value="true"/>
      <property name="single-row" type="bool" value="true"/>
      <property name="hide-new-items" type="bool" value="false"/>
      <property name="menu-is-primary" type="bool" value="false"/>
    </property>
    <property name="plugin-3" type="string" value="separator">
      <property name="style" type="uint" value="0"/>
    </property>
  </property>
</channel>
"""


@dataclass(frozen=True, slots=True)
class XfcePanel:
    """xfce4-panel along the top, nothing on it but the tray at its right end."""

    desktop_name: str = "XFCE"
    settings_backend: str = "memory"

    @property
    def command(self) -> list[str]:
        """The command that starts it."""
        return ["xfce4-panel", "--disable-wm-check"]

    def configure(self, config_home: str, look: Look) -> None:
        """Write its channel where xfconfd looks."""
        folder = os.path.join(config_home, "xfce4", "xfconf", "xfce-perchannel-xml")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "xfce4-panel.xml"), "w", encoding="utf-8") as file:
            file.write(_XFCE.format(dark=str(look.dark).lower(), height=HEIGHT))


@dataclass(frozen=True, slots=True)
class LxqtPanel:
    """lxqt-panel along the top, nothing on it but the tray at its right end."""

    desktop_name: str = "LXQt"
    settings_backend: str = "memory"

    @property
    def command(self) -> list[str]:
        """The command that starts it."""
        return ["lxqt-panel"]

    def configure(self, config_home: str, look: Look) -> None:
        """Write the panel's settings and its theme."""
        folder = os.path.join(config_home, "lxqt")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "panel.conf"), "w", encoding="utf-8") as file:
            file.write(
                f"[General]\niconTheme={ICONS}\npanels=panel1\n"
                "[panel1]\nalignment=-1\nanimation-duration=0\ndesktop=0\nhidable=false\niconSize=22\n"
                "lineCount=1\nlockPanel=true\nopacity=100\n"
                f"panelSize={HEIGHT}\nplugins=spacer, statusnotifier\nposition=Top\nwidth=100\n"
                "width-percent=true\n"
                "[spacer]\nexpandable=true\nspaceType=invisible\ntype=spacer\n"
                "[statusnotifier]\nalignment=Right\ntype=statusnotifier\n"
            )
        with open(os.path.join(folder, "lxqt.conf"), "w", encoding="utf-8") as file:
            theme = "dark" if look.dark else "light"
            file.write(f"[General]\ntheme={theme}\nicon_theme={ICONS}\n")


@dataclass(frozen=True, slots=True)
class MatePanel:
    """mate-panel along the top, nothing on it but the notification area at its right end."""

    desktop_name: str = "MATE"
    settings_backend: str = "keyfile"

    @property
    def command(self) -> list[str]:
        """The command that starts it."""
        return ["mate-panel"]

    def configure(self, config_home: str, look: Look) -> None:
        """Write its GSettings; those of its toplevels and objects are at paths that `general` names."""
        folder = os.path.join(config_home, "glib-2.0", "settings")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
            file.write(
                "[org/mate/panel/general]\n"
                "toplevel-id-list=['top']\nobject-id-list=['tray']\nenable-animations=false\n"
                "[org/mate/panel/toplevels/top]\n"
                f"orientation='top'\nexpand=true\nsize={HEIGHT}\n"
                "[org/mate/panel/objects/tray]\n"
                "object-type='applet'\ntoplevel-id='top'\nlocked=true\n"
                "applet-iid='NotificationAreaAppletFactory::NotificationArea'\n"
                "position=0\nrelative-to-edge='end'\n"
                "[org/mate/interface]\n"
                f"gtk-theme='{'Adwaita-dark' if look.dark else 'Adwaita'}'\nicon-theme='{ICONS}'\n"
            )
