"""The cases that are measured, by name."""
import dataclasses

USERS = 10000  # in the database of a case, unless it says otherwise
MIX_USERS = 50000

# What a server may do with requests that wait at the same time.
COALESCED = "coalesced: one statement for all waiting requests"
SEPARATE = "a statement for each request"
GROUPED = "coalesced: one transaction for all waiting requests"
ALONE = "a transaction for each request"
BOTH = "coalesced: one statement for all waiting lookups, one transaction for all waiting writes"


@dataclasses.dataclass(frozen=True)
class Case:
    """One kind of request on one kind of database."""

    name: str
    title: str
    kind: str  # path, random, create, mix
    engine: str  # sqlite, postgres
    settings: tuple = ()
    path: str = "/"  # of the kind path
    peers: bool = False  # whether other servers take part
    standard: bool = True  # whether the table has it without --only
    clients: tuple = (64,)  # the numbers of connections in the table, a row for each
    users: int = USERS
    rule: str = "no statement"  # which Rollcall obeys
    compared_with: str = ""  # the case whose peers this one is compared with; empty: its own

    @property
    def writes(self):
        return self.kind in ("create", "mix")

    @property
    def peers_of(self):
        return self.compared_with or self.name


NO_CACHE = ("lookup.cache_entries=0",)
# Each lookup is a statement of its own, as many of which are under way as are allowed.
EACH_ALONE = (*NO_CACHE, "lookup.batch_max=1", "lookup.batches_in_flight=64")
MIXED = "75 % `GET`, 15 % `PUT`, 5 % list, 5 % `POST`"
CASES = (
    Case("root", "`GET /`", "path", "sqlite", peers=True, clients=(1, 64)),
    Case("cached-sqlite", "`GET /users/{id}`, cache, SQLite", "random", "sqlite", clients=(1, 64)),
    Case("uncached-sqlite", "`GET /users/{id}`, no cache, SQLite", "random", "sqlite", NO_CACHE,
         rule=COALESCED),
    Case("cached-postgres", "`GET /users/{id}`, cache, PostgreSQL", "random", "postgres",
         standard=False),
    Case("uncached-postgres", "`GET /users/{id}`, no cache, PostgreSQL", "random", "postgres",
         NO_CACHE, peers=True, clients=(1, 8, 64, 256), rule=COALESCED),
    Case("uncached-postgres-single", "`GET /users/{id}`, no cache, PostgreSQL, `batch_max=1`",
         "random", "postgres", EACH_ALONE, clients=(1, 8, 64, 256), rule=SEPARATE,
         compared_with="uncached-postgres"),
    Case("pages-sqlite", "`GET /users?limit=50`, SQLite", "path", "sqlite", path="/users?limit=50",
         standard=False, rule=SEPARATE),
    Case("pages-postgres", "`GET /users?limit=50`, PostgreSQL", "path", "postgres",
         path="/users?limit=50", standard=False, rule=SEPARATE),
    Case("post-sqlite", "`POST /users`, SQLite", "create", "sqlite", rule=GROUPED),
    Case("post-sqlite-single", "`POST /users`, SQLite, `group_max=1`", "create", "sqlite",
         ("writes.group_max=1",), rule=ALONE),
    Case("post-postgres", "`POST /users`, PostgreSQL", "create", "postgres", peers=True,
         rule=GROUPED),
    Case("post-postgres-single", "`POST /users`, PostgreSQL, `group_max=1`", "create", "postgres",
         ("writes.group_max=1",), standard=False, rule=ALONE, compared_with="post-postgres"),
    Case("mix-sqlite", f"{MIXED}, SQLite", "mix", "sqlite", clients=(64, 1024), users=MIX_USERS,
         rule=BOTH),
    Case("mix-postgres", f"{MIXED}, PostgreSQL", "mix", "postgres", clients=(64, 1024),
         users=MIX_USERS, rule=BOTH),
)
BY_NAME = {case.name: case for case in CASES}
