"""Makes requests, good and bad, from an OpenAPI document."""
import dataclasses
import json
import urllib.parse

PROBLEM = "application/problem+json"
LETTERS = "abcxyzABC019 -'éß日ü"
NOISE = ("", "0", "-1", "01", "9223372036854775808", "x", "%zz", "null", "é", "1e3", "*", "\"1\"")
TAGS = ('"1"', '"2"', '"1", "2"', "*", 'W/"1"', '"x"', "1", '"1', "")
DATES = ("Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "yesterday")
SECONDS = ("2", "0.25", "0", "-1", "x", "1e3")
PREFERENCES = ("return=minimal", "return=representation", 'RETURN="minimal"; x, a="b,c"',
               "return=, respond-async, return=minimal", "return=other, return=minimal", "=,;")
SEQS = ("0", "1", "7", "99999999", "", "x", "-1", "007")
KEYS = ("k1", "k2", '"k1"', "~" * 255, "x" * 256, "a b", "")
HEADERS = {"Idempotency-Key": KEYS, "If-Match": TAGS, "If-None-Match": TAGS, "If-Modified-Since": DATES,
           "If-Unmodified-Since": DATES, "Request-Timeout": SECONDS, "Prefer": PREFERENCES,
           "Last-Event-ID": SEQS}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclasses.dataclass
class Made:
    method: str
    target: str
    fields: dict
    body: str | None
    good: bool  # nothing in it is against the document


class Generator:
    """Requests in an order that the random numbers decide."""

    def __init__(self, contract, random):
        self.contract = contract
        self.random = random
        self.operations = [(path, name, operation)
                           for path, _, operations in contract.paths
                           for name, operation in operations.items()]
        self.ids = []  # of users that were created

    def saw(self, user):
        self.ids.append(user["id"])

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def request(self):
        path, name, operation = self.random.choice(self.operations)
        method = name.upper()
        if method == "GET" and self.chance(20):
            method = "HEAD"
        if self.chance(5):
            return self.stray(path)
        parts = Parts(self, operation)
        target = parts.path(path) + parts.query()
        fields = parts.headers()
        body = parts.body(fields)
        return Made(method, target, fields, body, parts.good)

    def stray(self, path):
        """Of no endpoint: another path, or a method that the path may not have."""
        path = self.random.choice((path.replace("{", "").replace("}", ""), "/none", "/users/",
                                   "/users/1/x", "/Users"))
        return Made(self.random.choice(METHODS), path, {}, None, False)


class Parts:
    """Makes the parts of one request; `good` tells whether all of them satisfy the document."""

    def __init__(self, generator, operation):
        self.generator = generator
        self.random = generator.random
        self.operation = operation
        self.good = True

    def named(self, place):
        return [each for each in self.operation.get("parameters", ()) if each["in"] == place]

    def checked(self, schema, value):
        self.good = self.good and self.generator.contract.accepts(schema, value)
        return value

    def path(self, template):
        for parameter in self.named("path"):
            value = self.of_schema(parameter["schema"])
            if "examples" in parameter["schema"] and self.generator.chance(30):
                value = parameter["schema"]["examples"][0]
            if self.generator.chance(10):
                value = self.random.choice(NOISE[1:])
                self.good = False
            text = urllib.parse.quote(str(value), safe="%")
            template = template.replace("{" + parameter["name"] + "}", text)
        return template

    def query(self):
        pairs = [(parameter["name"], self.of_parameter(parameter["schema"]))
                 for parameter in self.combinable(self.named("query"))]
        if self.generator.chance(10):
            name = self.random.choice([pair[0] for pair in pairs] + ["further"])
            pairs.append((name, self.random.choice(NOISE)))
            self.good = False
        return "?" + urllib.parse.urlencode(pairs) if pairs else ""

    def combinable(self, parameters):
        """One that stands alone, or some of the others."""
        alone = [each for each in parameters if "No other parameter" in each["description"]]
        if alone and self.generator.chance(50):
            return [self.random.choice(alone)]
        some = [each for each in parameters if each not in alone and self.generator.chance(50)]
        names = {each["name"] for each in some}
        # A position names the list that it is of.
        if {"after", "before"} <= names or ("name" in names and names & {"after", "before"}):
            some = [each for each in some if each["name"] not in ("after", "before")]
        return some

    def of_parameter(self, schema):
        value = self.of_schema(schema)
        return str(value).lower() if isinstance(value, bool) else value

    def headers(self):
        fields = {}
        for parameter in self.named("header"):
            if self.generator.chance(10):
                value = self.random.choice(HEADERS[parameter["name"]])
                fields[parameter["name"]] = value
                self.good = False  # the schema of a field does not tell its syntax
        kinds = [kind for response in self.operation["responses"].values()
                 for kind in response.get("content", ()) if not kind.startswith(PROBLEM)]
        if self.generator.chance(50) and kinds:
            fields["Accept"] = self.random.choice(kinds).partition(";")[0]
        return fields

    def body(self, fields):
        declared = self.operation.get("requestBody")
        if declared is None:
            return None
        kind = self.random.choice(list(declared["content"]))
        schema = declared["content"][kind]["schema"]
        value = self.of_schema(schema)
        if self.generator.chance(25):
            value = self.spoiled(value)
        self.checked(schema, value)
        text = json.dumps(value)
        if self.generator.chance(5):
            text = self.random.choice((text[:-1], text + "}", "", "\x00", "[" * 100))
            self.good = False
        if self.generator.chance(5):
            kind = "text/plain"
            self.good = False
        fields["Content-Type"] = kind
        return text

    def spoiled(self, value):
        """The value with one thing changed, for better or worse."""
        value = dict(value)
        name = self.random.choice([*value, "name", "further"])
        if self.generator.chance(30):
            value.pop(name, None)
        else:
            value[name] = self.random.choice(("", "x" * 300, 1, -1, 2**63, 1.5, True, None, [], {}))
        return value

    def of_schema(self, schema):
        """A value that satisfies the schema."""
        while "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = self.generator.contract.components["schemas"][name]
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        kind = self.random.choice(kinds)
        return getattr(self, "of_" + kind)(schema)

    def of_null(self, _):
        return None

    def of_boolean(self, _):
        return self.random.random() < 0.5

    def of_integer(self, schema):
        if self.generator.ids and schema.get("format") == "int64" and self.generator.chance(80):
            return self.random.choice(self.generator.ids[-50:])
        least, most = schema.get("minimum", 0), schema.get("maximum", 2**63 - 1)
        return self.random.choice((least, most, self.random.randint(least, most)))

    def of_string(self, schema):
        pattern = schema.get("pattern", "")
        if pattern.startswith("^[1-9]"):
            count = self.random.choice((1, 2, 50)) if "(," in pattern else 1
            return ",".join(str(self.of_integer({"format": "int64", "minimum": 1,
                                                 "maximum": 10**18 - 1})) for _ in range(count))
        if "+@" in pattern:
            return f"u{self.random.randrange(10**6)}@example.org"
        letters = LETTERS.replace(" ", "") if pattern.startswith(r"^[^\s") else LETTERS
        most = min(schema.get("maxLength", 20), 60)
        length = self.random.randint(max(1, schema.get("minLength", 0)), most)
        return "a" + "".join(self.random.choice(letters) for _ in range(length - 1))

    def of_object(self, schema):
        if "propertyNames" in schema:
            # A key has at most 64 bytes, which no schema can tell; 20 characters have 60.
            return {self.of_string({"maxLength": 20}): self.anything(2)
                    for _ in range(self.random.randrange(4))}
        required = schema.get("required", ())
        return {name: self.of_schema(each) for name, each in schema.get("properties", {}).items()
                if name in required or (self.sendable(each) and self.generator.chance(60))}

    def anything(self, depth):
        leaf = self.random.choice((None, True, 0, -1.5, 10**30, "", "é", "\x00"))
        kind = self.random.randrange(3 if depth else 1)
        if kind == 0:
            return leaf
        values = [self.anything(depth - 1) for _ in range(self.random.randrange(3))]
        return values if kind == 1 else {str(at): value for at, value in enumerate(values)}

    def sendable(self, schema):
        """Not a field that must be the user's, which is not known here."""
        return "must be that of the user" not in schema.get("description", "")
