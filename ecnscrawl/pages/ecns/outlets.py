"""Names of outlets that www.ecns.cn credits, in addition to those known worldwide."""

from ecnscrawl.pages.english import AGENCIES, English

OUTLET = (
    r"(?:E?CNS|ECNS\s?Wire|Ecns\.cn|China\ News\ Service|China\ Daily|Global\ Times"
    r"|People['’]s\ Daily(?:\ Online)?|CGTN|CCTV|CRI|CNR|China\ Plus|Shanghai\ Daily|Shine|China\.org\.cn|VCG|CFP"
    rf"|{AGENCIES})"
)
ECNS_PATTERNS = English(OUTLET)
