"""The players of video services that pages embed, and which addresses are of one video."""

import re
from urllib.parse import parse_qs

# Host and path of a player with a video, and the group that identifies it.
_PLAYERS = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:"
    r"youtube(?:-nocookie)?\.com/(?:embed|v|shorts|live)/(?P<youtube>(?!videoseries|live_stream)[\w-]{6,20})"
    r"|youtu\.be/(?P<short>[\w-]{6,20})"
    r"|vimeo\.com/(?:video/)?(?P<vimeo>\d{5,15})"
    r"|dailymotion\.com/(?:embed/)?video/(?P<dailymotion>\w{4,20})"
    r"|(?P<other>"
    r"players\.brightcove\.net/\d+/|(?:cdn|content)\.jw(?:player|platform)\.com/(?:players|previews|videos)/"
    r"|facebook\.com/plugins/video|rumble\.com/embed/|player\.twitch\.tv/|clips\.twitch\.tv/embed|ok\.ru/videoembed/"
    r"|vk\.com/video_ext\.php|rutube\.ru/(?:play|video)/embed/|player\.bilibili\.com/|v\.qq\.com/|player\.youku\.com/embed/"
    r"|tiktok\.com/(?:embed|player)/|streamable\.com/[a-z]/|odysee\.com/\$/embed/|embed\.ted\.com/talks/"
    r"|fast\.wistia\.(?:net|com)/embed/|kaltura\.com/p/|instagram\.com/reel/|tv\.naver\.com/embed/|play-tv\.kakao\.com/embed/"
    r"|player\.megaphone\.fm/video/|geo\.dailymotion\.com/player))",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?")  # host, path, query; urlsplit raises ValueError for //[
_MAX_LENGTH = 2000


def is_player(address: str) -> bool:
    """Return whether an address is that of a video in a known player.

    >>> is_player("//www.youtube.com/embed/a1b2c3d4e5F?rel=0"), is_player("https://www.example.org/embed/chart")
    (True, False)
    """
    return _match(address) is not None


def video_id(address: str) -> str:
    """Return what all addresses of a video have in common.

    >>> video_id("https://youtu.be/a1b2c3d4e5F") == video_id("//www.youtube-nocookie.com/embed/a1b2c3d4e5F?start=9")
    True
    """
    match = _match(address)
    if match:
        for service, name in (
            ("youtube", "youtube"),
            ("short", "youtube"),
            ("vimeo", "vimeo"),
            ("dailymotion", "dailymotion"),
        ):
            if match[service]:
                return f"{name}:{match[service]}"
    host, path, query = _parts(_plain(address))
    stated = "" if match is None else f"?{query}"  # a player may name its video there, a file does not
    return f"{host.lower()}{path}{stated}"


def _match(address: str) -> re.Match[str] | None:
    plain = _plain(address)
    if match := _PLAYERS.match(plain.removeprefix("//")):
        return match
    watched = parse_qs(_parts(plain)[2]).get("v", [""])[0] if "youtube.com/watch" in plain else ""
    return _PLAYERS.match(f"youtube.com/embed/{watched}") if watched else None


def _parts(plain: str) -> tuple[str, str, str]:
    """Return host, path and query of an address without its scheme."""
    match = _PARTS.match(plain)
    host, path, query = match.groups("") if match else ("", "", "")
    return host, path, query


def _plain(address: str) -> str:
    """Return an address without its scheme."""
    return re.sub(r"\A(?:https?:)?//", "//", address.strip()[:_MAX_LENGTH], flags=re.IGNORECASE)
