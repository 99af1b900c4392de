-- A state as version 1 left it, after three runs; made with its own SQL. Never changed.
CREATE TABLE articles (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, listing TEXT, content_hash BLOB, revision INTEGER NOT NULL,
    alias_of TEXT, published_at INTEGER, first_seen INTEGER NOT NULL, first_run INTEGER NOT NULL,
    last_checked INTEGER NOT NULL, next_check INTEGER, parts TEXT, gone_at INTEGER, file INTEGER, offset INTEGER
) WITHOUT ROWID;
CREATE INDEX articles_by_hash ON articles (content_hash) WHERE alias_of IS NULL;
CREATE INDEX articles_by_original ON articles (alias_of) WHERE alias_of IS NOT NULL;
CREATE INDEX articles_by_next_check ON articles (next_check) WHERE next_check IS NOT NULL;
CREATE INDEX articles_by_time ON articles (published_at);
CREATE INDEX articles_by_file ON articles (file, offset);
CREATE TABLE pending (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, listing TEXT, first_seen INTEGER NOT NULL, first_run INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_try INTEGER, reason TEXT, published_at INTEGER
) WITHOUT ROWID;
CREATE TABLE listings (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, digest BLOB, last_read INTEGER NOT NULL,
    last_run INTEGER NOT NULL, links INTEGER NOT NULL, most_links INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE walks (listing TEXT PRIMARY KEY, first_run INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE files (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, committed INTEGER NOT NULL,
    published INTEGER NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
INSERT INTO articles VALUES
    ('ecns:ihtest1', 'https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml', 'world', X'00FF', 2, NULL,
     1795413600, 1795419000, 1, 1795422600, 1795446000,
     '[["https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml","\"5f1\"","Mon, 23 Nov 2026 07:30:00 GMT"]]',
     NULL, 1, 0),
    ('ecns:ihtest2', 'https://www.ecns.cn/hd/2026-11-23/detail-ihtest2.shtml', NULL, X'00FF', 0, 'ecns:ihtest1',
     1795413600, 1795419000, 2, 1795419000, NULL, NULL, NULL, NULL, NULL),
    ('ecns:ihtest3', 'https://www.ecns.cn/2013/06-21/3.shtml', 'news', X'03', 1, NULL,
     1371780720, 1795419000, 2, 1795419000, NULL, NULL, 1795420000, 1, 1234);
INSERT INTO pending VALUES
    ('ecns:ihtest4', 'https://www.ecns.cn/world/2026-11-23/detail-ihtest4.shtml', 'world', 1795419000, 3,
     2, 1795426200, 'HTTP 503', 1795413600),
    ('ecns:ihtest5', 'https://www.ecns.cn/world/2026-11-23/detail-ihtest5.shtml', NULL, 1795419000, 3,
     5, NULL, 'timed out', NULL);
INSERT INTO listings VALUES
    ('https://www.ecns.cn/world/', '"2a"', 'Mon, 23 Nov 2026 07:00:00 GMT', X'0102', 1795419000, 3, 45, 46);
INSERT INTO walks VALUES ('business', 2);
INSERT INTO files VALUES (1, '20261123T073000Z-1a2b3c.jsonl', 5678, 1), (2, '20261123T083000Z-1a2b3d.jsonl', 90, 0);
INSERT INTO facts VALUES ('runs', 3), ('last_name', '20261123T093000Z-1a2b3e'), ('overspent china', 2);
