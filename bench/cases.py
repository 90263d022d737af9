"""The cases that are measured, by name."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Case:
    """One kind of request on one kind of database."""

    name: str
    title: str
    kind: str  # path, random, create
    engine: str  # sqlite, postgres
    settings: tuple = ()
    path: str = "/"  # of the kind path
    peers: bool = False  # whether other servers take part
    standard: bool = True  # whether the table has it without --only

    @property
    def writes(self):
        return self.kind == "create"


NO_CACHE = ("lookup.cache_entries=0",)
CASES = (
    Case("root", "`GET /`", "path", "sqlite", peers=True),
    Case("cached-sqlite", "`GET /users/{id}`, cache, SQLite", "random", "sqlite"),
    Case("uncached-sqlite", "`GET /users/{id}`, no cache, SQLite", "random", "sqlite", NO_CACHE),
    Case("cached-postgres", "`GET /users/{id}`, cache, PostgreSQL", "random", "postgres",
         standard=False),
    Case("uncached-postgres", "`GET /users/{id}`, no cache, PostgreSQL", "random", "postgres",
         NO_CACHE, peers=True),
    Case("pages-sqlite", "`GET /users?limit=50`, SQLite", "path", "sqlite", path="/users?limit=50",
         standard=False),
    Case("pages-postgres", "`GET /users?limit=50`, PostgreSQL", "path", "postgres",
         path="/users?limit=50", standard=False),
    Case("post-sqlite", "`POST /users`, SQLite", "create", "sqlite"),
    Case("post-sqlite-single", "`POST /users`, SQLite, `group_max=1`", "create", "sqlite",
         ("writes.group_max=1",)),
    Case("post-postgres", "`POST /users`, PostgreSQL", "create", "postgres", peers=True),
    Case("post-postgres-single", "`POST /users`, PostgreSQL, `group_max=1`", "create", "postgres",
         ("writes.group_max=1",), standard=False),
)
BY_NAME = {case.name: case for case in CASES}
