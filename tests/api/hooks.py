"""What the formats of the description look like, so that generated requests say something sensible. The records are those
of the sample data (200 contacts, and what they bring)."""
import datetime
import urllib.parse
import schemathesis
from hypothesis import strategies as st

OBJECTS = ["contacts", "companies", "deals", "tasks", "notes", "activities", "attachments"]
word = st.text("abcdefghijklmnopqrstuvwxyzéß ", min_size=1, max_size=20).map(lambda t: t.strip() or "a")


def register(name, strategy):
    schemathesis.openapi.format(name, strategy)


for name in OBJECTS:
    register(f"{name}-id", st.integers(1, 60).map(str))
    register(f"{name}-filter", st.sampled_from(["", "created_at <= now()", "NOT is_empty(created_at)", "created_at > days(-5) OR id = 3"]))
    register(f"{name}-sort", st.sampled_from(["created_at", "-updated_at", "created_at,-updated_at"]))
    register(f"{name}-fields", st.sampled_from(["created_at", "created_at,updated_at"]))
    register(f"{name}-group", st.sampled_from(["", "created_at.month"]))
    register(f"{name}-number", st.just(""))
register("record-id", st.integers(1, 60).map(str))
register("object", st.sampled_from(["contacts", "companies", "deals"]))
register("member", st.integers(1, 4).map(str))
register("address", st.from_regex(r"[a-z]{1,10}@[a-z]{1,10}\.com", fullmatch=True))
register("phone", st.from_regex(r"\+1843555[0-9]{4}", fullmatch=True))
register("web-address", st.from_regex(r"https://[a-z]{1,10}\.com/[a-z]{0,5}", fullmatch=True))
register("currency", st.sampled_from(["USD", "CAD", "EUR"]))
register("line", word)
register("tag", word)
register("text", word)
register("day", st.dates(datetime.date(1950, 1, 1), datetime.date(2100, 1, 1)).map(str))
register("moment", st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2100, 1, 1)).map(lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ")))
register("idempotency-key", st.uuids().map(str))
register("cursor", st.nothing())

# Valid by the description, but refused for what is in the workspace; no description can tell it. Each was seen:
BY_STATE = {
    "not_found",  # a link or a row of a batch names an id up to 60, and there are fewer of that object
    "trashed",  # a link or a row of a batch names a record that an earlier request deleted
    "reused",  # an earlier request came with this Idempotency-Key and another body
}
# The same of what is changed, a PATCH or a row of a batch with an id; never of what is made:
BY_STATE_OF_THE_CHANGED = {
    "settled",  # the activity is done
    "mismatch",  # the status named does not go with the stage, and the deal has not had both (making one: the description tells)
    "required",  # of "at least one of these" the record had only what is cleared
}


def by_state(case, error):
    """Whether an error tells of the workspace and not of the request."""
    changed = case.method == "PATCH"
    if case.path.endswith("/batch") and "row" in error:
        changed = "id" in case.body["data"][error["row"]]
    return error["code"] in BY_STATE or (changed and error["code"] in BY_STATE_OF_THE_CHANGED)


@schemathesis.check
def valid_data_is_taken(ctx, response, case):
    """What schemathesis' own positive_data_acceptance asks, but a 422 passes only for a reason of the data's state."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code < 400 or response.status_code in (404, 409, 412, 429):
        return
    if response.status_code == 422 and all(by_state(case, error) for error in response.json()["errors"]):
        return
    raise AssertionError(f"Valid data was refused: {response.status_code} {response.text}")


@schemathesis.hook
def filter_query(context, query):
    """The HTTP parser answers longer addresses by itself, before anything of ours sees them."""
    return query is None or len(urllib.parse.urlencode(query, doseq=True)) < 60_000
