"""The outlets that www.ecns.cn credits, its own names among them, beside the agencies that all papers credit."""

from ecnscrawl.pages.english import AGENCIES, English

OUTLET = (
    r"(?:E?CNS|ECNS\s?Wire|Ecns\.cn|China\ News\ Service|China\ Daily|Global\ Times"
    r"|People['’]s\ Daily(?:\ Online)?|CGTN|CCTV|CRI|CNR|China\ Plus|Shanghai\ Daily|Shine|China\.org\.cn|VCG|CFP"
    rf"|{AGENCIES})"
)
ECNS_PATTERNS = English(OUTLET)
