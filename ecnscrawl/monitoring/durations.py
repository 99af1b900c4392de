"""Format a length of time for people."""


def format_duration(seconds: float | None) -> str:
    """Return at most two units; `–` for None.

    >>> format_duration(95), format_duration(7200), format_duration(400 * 86400), format_duration(None)
    ('1 min 35 s', '2 h', '400 d', '–')
    """
    if seconds is None:
        return "–"
    parts = []
    rest = round(seconds)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, length)
        parts.append(f"{count:,} {unit}" if count else "")
    first = next((index for index, part in enumerate(parts) if part), 3)
    return " ".join(part for part in parts[first : first + 2] if part) or "0 s"
