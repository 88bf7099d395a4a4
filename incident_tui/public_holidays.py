"""Public holidays by country and region, looked up in the library when somebody first asks."""

from datetime import date
from functools import lru_cache

from msgspec import Struct

from incident_tui.times import TimeError, quoted


class PublicHolidays(Struct, frozen=True):
    """The holidays of some `places` such as DE or DE-BY, and `more` days of one's own.

    `day in holidays` raises TimeError where the library does not know a place.
    """

    places: tuple[str, ...]
    more: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return day in self.more or any(day in _of_year(place, day.year) for place in self.places)


@lru_cache(maxsize=256)
def _of_year(place: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    country, _, region = place.partition("-")
    try:
        return frozenset(country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        unknown = f"config.toml: calendar.holidays: no holidays are known for {quoted(place)}"
        raise TimeError(f"{unknown}; write DE, DE-BY or dates such as 2026-12-24") from None
