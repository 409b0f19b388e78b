"""How each language writes numbers, amounts and dates.

The values are those of the Unicode CLDR, and a test compares them with Babel's copy of it, which is not part
of the program. Hours are written as 14:02 in all of these languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from codemie_tray.text.language.choice import chosen


@dataclass(frozen=True, slots=True)
class Format:
    """The conventions of one language."""

    decimal: str
    """Between the whole number and its fraction."""
    group: str
    """Between groups of three digits."""
    grouped_from_digits: int
    """The shortest whole number that is grouped."""
    dollars: str
    """An amount in US dollars; `{amount}` is the number."""
    day_and_month: str
    """A date within a sentence, without its year."""
    short_day: str
    """A date where there is little room."""
    day_and_year: str
    months: str
    """As they are written in a date, separated by blanks."""
    short_months: str
    weekdays: str
    """From Monday on, separated by blanks."""


FORMATS = {
    "en": Format(
        decimal=".",
        group=",",
        grouped_from_digits=4,
        dollars="${amount}",
        day_and_month="{day} {month}",
        short_day="{day} {month}",
        day_and_year="{day} {month} {year}",
        months="January February March April May June July August September October November December",
        short_months="Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        weekdays="Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    ),
    "de": Format(
        decimal=",",
        group=".",
        grouped_from_digits=4,
        dollars="{amount}\u00a0$",
        day_and_month="{day}. {month}",
        short_day="{day}. {month}",
        day_and_year="{day}. {month} {year}",
        months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        short_months="Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        weekdays="Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    ),
    "es": Format(
        decimal=",",
        group=".",
        grouped_from_digits=5,
        dollars="{amount}\u00a0US$",
        day_and_month="{day} de {month}",
        short_day="{day} {month}",
        day_and_year="{day} de {month} de {year}",
        months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        short_months="ene feb mar abr may jun jul ago sept oct nov dic",
        weekdays="lunes martes miércoles jueves viernes sábado domingo",
    ),
    "fr": Format(
        decimal=",",
        group="\u202f",
        grouped_from_digits=4,
        dollars="{amount}\u00a0$US",
        day_and_month="{day} {month}",
        short_day="{day} {month}",
        day_and_year="{day} {month} {year}",
        months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        short_months="janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        weekdays="lundi mardi mercredi jeudi vendredi samedi dimanche",
    ),
    "pl": Format(
        decimal=",",
        group="\u00a0",
        grouped_from_digits=5,
        dollars="{amount}\u00a0USD",
        day_and_month="{day} {month}",
        short_day="{day} {month}",
        day_and_year="{day} {month} {year}",
        months="stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
        short_months="sty lut mar kwi maj cze lip sie wrz paź lis gru",
        weekdays="poniedziałek wtorek środa czwartek piątek sobota niedziela",
    ),
    "uk": Format(
        decimal=",",
        group="\u00a0",
        grouped_from_digits=4,
        dollars="{amount}\u00a0USD",
        day_and_month="{day} {month}",
        short_day="{day} {month}",
        day_and_year="{day} {month} {year}\u202fр.",
        months="січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        short_months="січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.",
        weekdays="понеділок вівторок середа четвер пʼятниця субота неділя",
    ),
    "ja": Format(
        decimal=".",
        group=",",
        grouped_from_digits=4,
        dollars="${amount}",
        day_and_month="{number}月{day}日",
        short_day="{number}月{day}日",
        day_and_year="{year}年{number}月{day}日",
        months="1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
        short_months="1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
        weekdays="月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
    ),
    "zh_CN": Format(
        decimal=".",
        group=",",
        grouped_from_digits=4,
        dollars="US${amount}",
        day_and_month="{number}月{day}日",
        short_day="{number}月{day}日",
        day_and_year="{year}年{number}月{day}日",
        months="一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
        short_months="1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
        weekdays="星期一 星期二 星期三 星期四 星期五 星期六 星期日",
    ),
}


def number(value: float, decimals: int = 0) -> str:
    """Return a number as the chosen language writes it: `12,345.6`, `12.345,6`."""
    how = FORMATS[chosen()]
    whole, _dot, fraction = f"{abs(value):,.{decimals}f}".partition(".")
    digits = len(whole.replace(",", ""))
    whole = whole.replace(",", how.group if digits >= how.grouped_from_digits else "")
    return f"{'-' if value < 0 else ''}{whole}{how.decimal + fraction if fraction else ''}"


def decimal_mark() -> str:
    """Return what is between a whole number and its fraction."""
    return FORMATS[chosen()].decimal


def plain_number(text: str) -> str | None:
    """Return a typed number without groups and with a point, such as `1234.50`; None if it is not a number.

    Both the decimal mark of the chosen language and, if that is not its group mark, a point are understood.
    """
    how = FORMATS[chosen()]
    for blank in "\u00a0\u202f":
        text = text.replace(blank, " ")
    group = " " if how.group.isspace() or how.group in "\u00a0\u202f" else how.group
    mark = how.decimal if how.decimal in text or group == "." else "."
    whole, found, fraction = text.partition(mark)
    if found and not fraction:
        return None
    groups = whole.split(group)
    if len(groups) > 1 and not (groups[0] and all(len(part) == 3 for part in groups[1:])):
        return None  # 7,50 is not 750
    whole = "".join(groups)
    plain = f"{whole}.{fraction}" if found else whole
    return plain if plain.isascii() and plain.replace(".", "", 1).isdigit() else None


def dollars(value: float, decimals: int = 2) -> str:
    """Return an amount in US dollars: `$1,234.50`."""
    return FORMATS[chosen()].dollars.format(amount=number(value, decimals))


def day_and_month(day: date) -> str:
    """Return a date without its year: `27 November`."""
    return _date(FORMATS[chosen()].day_and_month, day)


def day_and_year(day: date) -> str:
    """Return a date: `27 November 2026`."""
    return _date(FORMATS[chosen()].day_and_year, day)


def short_day(day: date) -> str:
    """Return a short date without its year: `27 Nov`."""
    how = FORMATS[chosen()]
    month = how.short_months.split()[day.month - 1]
    return how.short_day.format(day=day.day, month=month, number=day.month)


def weekday(day: date) -> str:
    """Return the name of a day: `Friday`."""
    return FORMATS[chosen()].weekdays.split()[day.weekday()]


def _date(pattern: str, day: date) -> str:
    month = FORMATS[chosen()].months.split()[day.month - 1]
    return pattern.format(day=day.day, month=month, number=day.month, year=day.year)
