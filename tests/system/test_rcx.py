from datetime import timedelta
from pathlib import Path
from replica import Replica
from replica.gazette import Gazette, stories
from tests.system.test_news import NOW, NewsCrawl, Reader
import pytest
@pytest.mark.parametrize("extra", [["-s","CLOSESPIDER_ITEMCOUNT=3"],["-s","CLOSESPIDER_PAGECOUNT=30"],["-s","RUN_MAX_REQUESTS=30"], []])
def test_x(serve, tmp_path, extra):
    g=Gazette(); ss=stories(20, NOW-timedelta(hours=1)); g.publish(*ss); g.front([s.path for s in ss])
    r=serve(g.site); c=NewsCrawl(tmp_path/"data", r.environment(), host=g.host)
    reader=Reader(g,r,c)
    e=reader.run(*extra) if False else c.crawl(*extra)
    print(extra, e.status, e.err[-600:]); print(len(reader.asked), len(c.records))
    assert 0
